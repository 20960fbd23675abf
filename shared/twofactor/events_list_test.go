package twofactor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// follow reads the trail to its end, page by page, and returns what it showed
// and the last cursor.
func (w *watched) follow(tenant string, q twofactor.EventQuery) (ids []string, last string) {
	w.t.Helper()
	last = q.Cursor
	for range 1000 {
		q.Cursor = last
		events, next, err := twofactor.NewEvents(w.deps).List(w.ctx, w.platform(), tenant, q)
		w.ok(err)
		for _, e := range events {
			ids = append(ids, e.ID)
		}
		if next == "" {
			return ids, last
		}
		last = next
	}
	w.t.Fatal("the trail has no end")
	return nil, ""
}

// happened gives the ids of a tenant's events in the order in which they
// happened.
func (w *watched) happened(tenant string) (ids []string) {
	for _, e := range w.events() {
		if e.Tenant == tenant {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

func TestTheTrailShowsEveryEventOnceNewestFirst(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	w.tenant("other")
	for i := range 7 {
		w.pass(time.Second)
		w.user("acme", fmt.Sprint("user", i))
	}
	w.pump()
	got, _ := w.follow("acme", twofactor.EventQuery{Limit: 2})
	want := w.happened("acme")
	slices.SortFunc(want, func(a, b string) int { return strings.Compare(b, a) })
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheTrailFiltersByUserTypeAndTime(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	ann, bob := w.user("acme", "ann"), w.user("acme", "bob")
	w.pass(time.Minute)
	from := w.clock()
	w.requirement(ann, twofactor.RequirementRequired, time.Time{})
	w.requirement(bob, twofactor.RequirementRequired, time.Time{})
	w.pass(time.Minute)
	to := w.clock()
	w.requirement(ann, twofactor.RequirementInherit, time.Time{})
	w.pass(time.Minute)
	w.pump()
	for name, c := range map[string]struct {
		q    twofactor.EventQuery
		want int
	}{
		"user":              {twofactor.EventQuery{User: "ann"}, 3},
		"type":              {twofactor.EventQuery{Type: twofactor.EventRequirementSet}, 3},
		"user and type":     {twofactor.EventQuery{User: "bob", Type: twofactor.EventRequirementSet}, 1},
		"from":              {twofactor.EventQuery{From: from}, 3},
		"to":                {twofactor.EventQuery{To: from}, 4},
		"from and to":       {twofactor.EventQuery{From: from, To: to}, 2},
		"a user of no name": {twofactor.EventQuery{User: "nobody"}, 0},
	} {
		if got, _ := w.follow("acme", c.q); len(got) != c.want {
			t.Errorf("%s: %d events, want %d", name, len(got), c.want)
		}
	}
}

func TestWhoFollowsTheFilingGetsEveryEventOnceAlsoThoseThatWereFiledLate(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	for i := range 6 {
		w.pass(time.Second)
		w.user("acme", fmt.Sprint("user", i))
	}
	changes := w.fresh()
	var late []twofactor.Change
	for i, entry := range changes {
		if i%3 == 0 {
			late = append(late, entry.Change)
			continue
		}
		w.handle(entry.Change)
	}
	w.pass(twofactor.TailDelay + time.Second)
	seen := map[string]int{}
	q := twofactor.EventQuery{Order: twofactor.OrderAscending, Limit: 2}
	read := func() {
		var ids []string
		ids, q.Cursor = w.follow("acme", q)
		for _, id := range ids {
			seen[id]++
		}
	}
	read()
	first := len(seen)
	for _, change := range late {
		w.pass(time.Hour)
		w.handle(change)
		w.pass(twofactor.TailDelay + time.Second)
		read()
	}
	read()
	if first == 0 || first >= len(seen) {
		t.Fatalf("%d events at first, %d at the end", first, len(seen))
	}
	for _, id := range w.happened("acme") {
		if seen[id] != 1 {
			t.Errorf("event %s was shown %d times", id, seen[id])
		}
	}
}

func TestAnEventThatIsBeingFiledIsNotPassedByInTheOrderOfFiling(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	w.pump()
	if ids, _ := w.follow("acme", twofactor.EventQuery{Order: twofactor.OrderAscending}); len(ids) != 0 {
		t.Errorf("%d events are shown at once", len(ids))
	}
	w.pass(twofactor.TailDelay + time.Second)
	ids, cursor := w.follow("acme", twofactor.EventQuery{Order: twofactor.OrderAscending})
	if len(ids) != len(w.happened("acme")) || cursor == "" {
		t.Errorf("%d events later, cursor %q", len(ids), cursor)
	}
}

func TestACursorOfTheTrailIsGoodForItsQuestionTenantAndKeyAlone(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	w.tenant("other")
	w.user("acme", "ann")
	w.pump()
	events := twofactor.NewEvents(w.deps)
	_, cursor, err := events.List(w.ctx, w.platform(), "acme", twofactor.EventQuery{Limit: 1})
	w.ok(err)
	if cursor == "" {
		t.Fatal("one page holds it all")
	}
	for name, q := range map[string]twofactor.EventQuery{
		"another user": {User: "ann"}, "another type": {Type: twofactor.EventUserCreated},
		"another order": {Order: twofactor.OrderAscending}, "another time": {From: w.clock()},
	} {
		q.Cursor = cursor
		if _, _, err := events.List(w.ctx, w.platform(), "acme", q); twofactor.CodeOf(err) != twofactor.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err = events.List(w.ctx, w.platform(), "other", twofactor.EventQuery{Cursor: cursor})
	w.refused(err, twofactor.CodeInvalid)
	_, _, err = events.List(w.ctx, twofactor.Caller{Key: w.newKey("shop")}, "acme", twofactor.EventQuery{Cursor: cursor})
	w.refused(err, twofactor.CodeInvalid)
	_, _, err = events.List(w.ctx, w.platform(), "acme", twofactor.EventQuery{Cursor: cursor + "x"})
	w.refused(err, twofactor.CodeInvalid)
}

func TestAFilterOfTheTrailThatMeansNothingIsRefused(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	now := w.clock()
	for _, q := range []twofactor.EventQuery{
		{Type: "bookmark"}, {Type: "nothing.of_the_kind"}, {User: "#"}, {Order: "newest"}, {Limit: 201}, {Limit: -1},
		{From: now, To: now.Add(-time.Second)},
	} {
		_, _, err := twofactor.NewEvents(w.deps).List(w.ctx, w.platform(), "acme", q)
		w.refused(err, twofactor.CodeInvalid)
	}
}
