"""Takes a detector elsewhere: to other runtimes, and to the Hugging Face Hub."""
