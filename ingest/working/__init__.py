"""The worker: does the jobs that the desk asks for, and watches what is to be watched."""
