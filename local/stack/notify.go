package stack

import (
	"sallyport/local/feed"
	"sallyport/shared/stream"
)

// target is the notify function as the feed calls it: by the same JSON event
// that Lambda sends.
func (s *Stack) target(decode stream.Decode) feed.Target {
	function := stream.New(s.notify, decode, s.log)
	return feed.Target{Function: isolated{function.Invoke}, Failed: s.state.Path("failed"), Log: s.log}
}
