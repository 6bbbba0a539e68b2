"""How the program starts, before any page: `launch` is the command line and the window.

`warm` then loads what is slow while the first page is shown. Begin with `launch.options`.
"""
