"""What a file says about its history, and what its coding gives away."""
