"""What every test shares."""

import os

# Before torch is imported: as in the app, one thread; toy networks run 5 to 40 times faster so.
os.environ.setdefault("OMP_NUM_THREADS", "1")
