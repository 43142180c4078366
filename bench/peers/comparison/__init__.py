"""Measures peers and Ascend4J side by side; the entry is the script `compare` one folder up."""
