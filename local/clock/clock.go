// Package clock is the development stack's clock. It runs as the machine's
// does, and can be moved forward, so that a wait of hours can be tried in
// seconds (contract §8). The offset survives a restart: time never goes back
// for the records that were written. Nothing of this is in a deployed
// function.
package clock

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// MaxAdvance is how far the clock can be moved in all. Beyond a few years
// the codes' time steps and the keys' lifetimes mean nothing any more.
const MaxAdvance = 10 * 365 * 24 * time.Hour

// The refusals of Advance.
var (
	// ErrBack says that time never goes back.
	ErrBack = errors.New("the clock never goes back")
	// ErrFar says that MaxAdvance would be passed.
	ErrFar = errors.New("the clock cannot be moved further than ten years in all")
)

// Clock is a clock with an offset that is kept in a file.
type Clock struct {
	path   string
	mu     sync.Mutex
	offset time.Duration
}

// Open reads the offset in path; without a file the clock shows the
// machine's time.
func Open(path string) (*Clock, error) {
	c := &Clock{path: path}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	c.offset, err = time.ParseDuration(strings.TrimSpace(string(text)))
	if err != nil || c.offset < 0 || c.offset > MaxAdvance {
		return nil, fmt.Errorf("the clock file %s is broken (make clean forgets it)", path)
	}
	return c, nil
}

// Now is the stack's time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	// Without the monotonic reading, so that ages are judged by the wall
	// clock, which is the one that moves.
	return time.Now().Add(c.offset).UTC().Round(0)
}

// Advance moves the clock forward. The new offset is in the file before the
// clock shows it.
func (c *Clock) Advance(d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case d < 0:
		return ErrBack
	case d > MaxAdvance-c.offset:
		return ErrFar
	}
	next := c.offset + d
	temporary := c.path + ".new"
	if err := os.WriteFile(temporary, []byte(next.String()+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.Rename(temporary, c.path); err != nil {
		return err
	}
	c.offset = next
	return nil
}
