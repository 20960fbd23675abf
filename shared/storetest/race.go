package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"sallyport/shared/twofactor"
)

const writers = 100

// race commits what make gives, all at once, and counts the winners. Every
// loser must have got a conflict.
func race(t *testing.T, store twofactor.Store, commit func(i int) twofactor.Commit) int {
	t.Helper()
	var (
		wait  sync.WaitGroup
		start = make(chan struct{})
		errs  = make([]error, writers)
	)
	for i := range writers {
		wait.Go(func() {
			c := commit(i)
			<-start
			errs[i] = store.Commit(context.WithoutCancel(t.Context()), c)
		})
	}
	close(start)
	wait.Wait()
	winners := 0
	for _, err := range errs {
		var lost *twofactor.ConflictError
		if err == nil {
			winners++
		} else if !errors.As(err, &lost) {
			t.Errorf("a loser got %v, want a conflict", err)
		}
	}
	return winners
}

func oneWinner(t *testing.T, b *bench) {
	record := b.auth("one")
	b.put(t, record)
	winners := race(t, b.store, func(int) twofactor.Commit {
		mine := *record
		return twofactor.Commit{Event: b.event("e"), Put: []twofactor.Record{&mine}}
	})
	if winners != 1 {
		t.Errorf("%d writers won, want 1", winners)
	}
	if got := b.load(t, record.Key()).Header().Version; got != 2 {
		t.Errorf("the record is at version %d, want 2", got)
	}
}

func oneTransaction(t *testing.T, b *bench) {
	left, right := b.auth("left"), b.auth("right")
	b.put(t, left, right)
	winners := race(t, b.store, func(i int) twofactor.Commit {
		l, r := *left, *right
		records := []twofactor.Record{&l, &r}
		if i%2 == 1 {
			records = []twofactor.Record{&r, &l}
		}
		return twofactor.Commit{Put: records}
	})
	if winners != 1 {
		t.Errorf("%d transactions won, want 1", winners)
	}
	for _, record := range []*twofactor.Auth{left, right} {
		if got := b.load(t, record.Key()).Header().Version; got != 2 {
			t.Errorf("a record is at version %d, want 2", got)
		}
	}
}
