"""Work on ``sources.yaml`` from the command line: check, import, export, try out, put."""
