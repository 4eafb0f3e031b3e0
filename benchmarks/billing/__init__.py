"""What a run of the stack is billed for: units of its real calls, and their list prices."""
