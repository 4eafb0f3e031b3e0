"""``make destroy``: a deployed stack is removed with everything that it stores."""
