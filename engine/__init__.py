"""What one patient has: the question, the evidence, the differential."""
