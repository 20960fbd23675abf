package seal

import (
	"context"
	"sync"
	"time"
)

const (
	// maxAge is how long a key is held (design, security: five minutes).
	maxAge = 5 * time.Minute
	// refreshAge is when a held key is asked for again. What is left until
	// maxAge is how long a service that is away goes unnoticed by callers.
	refreshAge = 4 * time.Minute
	// refreshPause lies between two tries to refresh what is still held.
	refreshPause = 10 * time.Second
	// fetchTimeout bounds a fetch that callers wait for, refreshTimeout one
	// that they could do without. Both lie well within a function's timeout.
	fetchTimeout   = 3 * time.Second
	refreshTimeout = time.Second
)

// lease holds a value for at most maxAge. Callers that need it at the same
// time share one fetch.
type lease[T any] struct {
	fetch func(context.Context) (T, error)
	// now is read as a wall clock: a frozen Lambda stops the monotonic one.
	now func() time.Time
	// report hears of each fetch that failed while the old value still held.
	report func(error)

	mu       sync.Mutex
	value    T
	at       time.Time
	failedAt time.Time
	flight   *flight[T]
}

// flight is a fetch under way. value and err are there once done is closed.
type flight[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get returns the value that is held, or fetches it.
func (l *lease[T]) get(ctx context.Context) (T, error) {
	now := l.now().Round(0)
	l.mu.Lock()
	held, usable := l.value, within(now, l.at, maxAge)
	rests := l.flight != nil || within(now, l.failedAt, refreshPause)
	if within(now, l.at, refreshAge) || usable && rests {
		l.mu.Unlock()
		return held, nil
	}
	f, mine := l.flight, l.flight == nil
	if mine {
		f = &flight[T]{done: make(chan struct{})}
		l.flight = f
	}
	l.mu.Unlock()
	if mine {
		l.run(ctx, f, now, usable)
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		return held, ctx.Err()
	}
	if f.err != nil && usable {
		l.report(f.err)
		return held, nil
	}
	return f.value, f.err
}

// run fetches. It doesn't end with its caller's context, because others wait
// for the same fetch.
func (l *lease[T]) run(ctx context.Context, f *flight[T], now time.Time, usable bool) {
	timeout := fetchTimeout
	if usable {
		timeout = refreshTimeout
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	f.value, f.err = l.fetch(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.err == nil {
		l.value, l.at, l.failedAt = f.value, now, time.Time{}
	} else {
		l.failedAt = now
	}
	l.flight = nil
	close(f.done)
}

// within reports whether less than limit went by from then to now. A clock
// that went backwards makes everything old.
func within(now, then time.Time, limit time.Duration) bool {
	age := now.Sub(then)
	return !then.IsZero() && age >= 0 && age < limit
}
