"""Tests; the folders mirror core/, and pages/ and browser/ test the app itself."""
