package twofactor

import (
	"context"
	"errors"
)

// maxTries is how often a lost race is loaded and decided again, the first
// time included (security §0).
const maxTries = 3

// attempt loads, decides and says what to commit. lost is the conflict that
// the try before ended with, nil at first. A commit without anything in it
// writes nothing.
type attempt func(ctx context.Context, lost *ConflictError) (Commit, error)

// settle runs the one shape that every change has: load, decide, commit. A
// lost race is decided again, at most maxTries times, then CodeConflict. The
// outcome of the last try stands only if settle returns nil.
func (d Deps) settle(ctx context.Context, try attempt) error {
	var lost *ConflictError
	for range maxTries {
		c, err := try(ctx, lost)
		if err != nil {
			return err
		}
		if c.empty() {
			return nil
		}
		err = d.commit(ctx, c)
		if err == nil {
			return nil
		}
		lost = nil
		if !errors.As(err, &lost) {
			return unavailable(err)
		}
	}
	return raced()
}

// oneTry is an attempt that is not decided again: a lost race is a conflict.
func oneTry(c Commit) attempt {
	return func(_ context.Context, lost *ConflictError) (Commit, error) {
		if lost != nil {
			return Commit{}, raced()
		}
		return c, nil
	}
}

func (c Commit) empty() bool {
	return c.Event == nil && len(c.Put)+len(c.Delete)+len(c.Check) == 0
}

// commit applies c. When the answer is lost it finds out what happened: the
// event id tells our write from any other.
func (d Deps) commit(ctx context.Context, c Commit) error {
	err := d.Store.Commit(ctx, c)
	if !errors.Is(err, ErrUnknownOutcome) || c.Event == nil || len(c.Put) == 0 {
		return err
	}
	applied, unchanged, readErr := d.lookBack(ctx, c)
	switch {
	case readErr != nil:
		return err
	case applied:
		return nil
	case !unchanged:
		return err
	}
	return d.repeat(ctx, c)
}

// lookBack reads the record that carries the event of c: applied when it is
// ours, unchanged when it is still at the version that was read.
func (d Deps) lookBack(ctx context.Context, c Commit) (applied, unchanged bool, err error) {
	first := c.Put[0]
	found, err := d.Store.Load(ctx, Want{Key: first.Key()})
	if err != nil {
		return false, false, err
	}
	stored, ok := found[first.Key()]
	if !ok {
		return false, first.Header().Version == 0, nil
	}
	head := stored.Header()
	return head.EventID == c.Event.ID, head.Version == first.Header().Version, nil
}

// repeat sends the same commit once more after an unknown outcome that left
// the record unchanged. The first write may still arrive before this one: a
// conflict with our own event is a success.
func (d Deps) repeat(ctx context.Context, c Commit) error {
	err := d.Store.Commit(ctx, c)
	var lost *ConflictError
	if !errors.As(err, &lost) {
		return err
	}
	applied, _, readErr := d.lookBack(ctx, c)
	if readErr == nil && applied {
		return nil
	}
	return ErrUnknownOutcome
}

// load reads records; a store that does not answer is CodeUnavailable.
func (d Deps) load(ctx context.Context, wants ...Want) (Found, error) {
	found, err := d.Store.Load(ctx, wants...)
	if err != nil {
		return nil, unavailable(err)
	}
	return found, nil
}

// newID makes a ULID of this moment.
func (d Deps) newID() (string, error) {
	id, err := NewID(d.Now(), d.Random)
	if err != nil {
		return "", unavailable(err)
	}
	return id, nil
}

// event starts the record of what happened to ref, with everything that the
// caller tells about himself.
func (d Deps) event(c Caller, t EventType, ref Ref) (*Event, error) {
	id, err := d.newID()
	if err != nil {
		return nil, err
	}
	e := &Event{
		ID: id, At: d.Now(), Type: t, Tenant: ref.Tenant, User: ref.User,
		IP: c.IP, UserAgent: clip(c.UserAgent, MaxUserAgent), Detail: map[string]string{},
	}
	if c.Key != nil {
		e.KeyID = c.Key.ID
	}
	if c.Person != nil {
		e.KeyID = c.Person.KeyID
	}
	if c.Actor != nil {
		actor := c.Actor.Ref
		e.Actor = &actor
	}
	return e, nil
}

// clip cuts s to at most n bytes without splitting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
