"""The fetch stage: polls feeds politely and enqueues what is new."""
