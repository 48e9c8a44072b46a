"""The steps behind `build.py`: one module for each thing that it does."""
