// Package fair shares one instance's time among those who call it: each has a
// budget of his own, so that one who floods costs the others nothing but the
// refusals.
package fair

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// burst is how many seconds' worth of calls may come at once.
	burst = 4
	// generation is how many budgets are kept before the older half is
	// forgotten, so that invented names cannot fill the memory.
	generation = 4096
)

// Budgets holds a token bucket for each name. It lives in one instance, counts
// by the wall clock and knows nothing of other instances. It is safe for
// parallel use.
type Budgets struct {
	now func() time.Time

	mu sync.Mutex
	// young and old are two generations: who calls is in young, and who did
	// not call while young filled up is forgotten, which gives him no more
	// than a full bucket.
	young, old map[string]*rate.Limiter
}

// New makes Budgets. now is the wall clock.
func New(now func() time.Time) *Budgets {
	return &Budgets{now: now, young: map[string]*rate.Limiter{}}
}

// Admit takes one call of perSecond from the budget called name, which may
// save up four seconds' worth. It returns how long to wait when the budget is
// spent, else 0; a call that must wait costs nothing.
func (b *Budgets) Admit(name string, perSecond int) time.Duration {
	now := b.now()
	call := b.budget(name, perSecond).ReserveN(now, 1)
	wait := call.DelayFrom(now)
	if wait > 0 {
		call.CancelAt(now)
	}
	return wait
}

func (b *Budgets) budget(name string, perSecond int) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.young[name]; l != nil {
		return l
	}
	l := b.old[name]
	if l == nil {
		l = rate.NewLimiter(rate.Limit(perSecond), burst*perSecond)
	}
	if len(b.young) >= generation {
		b.young, b.old = map[string]*rate.Limiter{}, b.young
	}
	b.young[name] = l
	return l
}
