package stack

import (
	"context"
	"sync"
	"time"
)

// tickEvery is how often the schedules run. It is the machine's time: the
// stack's own clock may stand still or leap.
const tickEvery = time.Minute

// background runs the feed and the schedules until Close.
func (s *Stack) background(feed func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { feed(ctx) })
	running.Go(func() { s.schedule(ctx) })
	s.onClose(func() {
		cancel()
		running.Wait()
	})
}

// schedule runs tick every minute.
func (s *Stack) schedule(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.tick(ctx)
		}
	}
}

// tick does what the template's schedules do: due mails go out, keys whose
// time has come are rotated. It also runs whenever the clock was moved.
func (s *Stack) tick(ctx context.Context) {
	if err := s.prepare(ctx); err != nil {
		s.log.Error("the operator's schedule failed", "error", err)
	}
	if _, _, err := s.notify.Scheduled(ctx); err != nil {
		s.log.Error("the schedule of what is due failed", "error", err)
	}
}
