"""What a template must not say: each rule takes a translated template and yields its faults."""
