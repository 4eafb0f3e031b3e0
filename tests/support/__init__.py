"""What tests of several parts share: an AWS stack in moto, a loopback web server, feeds, a Lambda context."""
