package twofactor_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

func (d *desk) requireMany(c twofactor.Caller, in twofactor.RequirementsInput) ([]twofactor.ItemResult, error) {
	d.t.Helper()
	return d.policies().SetRequirements(d.ctx, c, "t", in)
}

// outcomes says what became of each item: its outcome or its code.
func outcomes(results []twofactor.ItemResult) []string {
	var all []string
	for _, r := range results {
		word := r.Outcome
		if r.Err != nil {
			word = string(twofactor.CodeOf(r.Err))
		}
		all = append(all, r.ID+" "+word)
	}
	return all
}

func TestABatchOfRequirementsAnswersForEachUserAndIsSafeToRepeat(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	for _, id := range []string{"ann", "bob"} {
		d.user("t", id, twofactor.RoleUser)
	}
	d.user("t", "boss", twofactor.RoleAdmin)
	d.policy("t", func(p *twofactor.Policy) {
		p.Mode, p.UserOverrides, p.Roles = twofactor.ModeRequired, twofactor.OverridesLocked, []string{"admin"}
	})
	in := twofactor.RequirementsInput{
		Users: []string{"ann", "ghost", "root", "boss", "bob", "ann"}, Value: twofactor.RequirementExempt, Reason: "on leave",
	}
	results, err := d.requireMany(d.as("t", "root"), in)
	d.ok(err)
	want := []string{"ann updated", "ghost user_not_found", "root self_forbidden", "boss overridden_by_tenant_policy", "bob updated", "ann updated"}
	if got := outcomes(results); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, id := range []string{"ann", "bob"} {
		if got := d.auth("t", id).Requirement.Value; got != twofactor.RequirementExempt {
			t.Errorf("%s is %q", id, got)
		}
	}
	events := 0
	for _, e := range d.store.Feed(0, 1<<20) {
		if e.Event != nil && e.Event.Type == twofactor.EventRequirementSet {
			events++
			if e.Event.Actor == nil || e.Event.Actor.User != "root" || e.Event.Detail[twofactor.DetailReason] != "on leave" {
				t.Errorf("the event is %+v", e.Event)
			}
		}
	}
	if events != 2 {
		t.Errorf("%d events for two changes", events)
	}
	commits := d.store.Commits()
	results, err = d.requireMany(d.as("t", "root"), in)
	d.ok(err)
	if got := outcomes(results); got[0] != "ann unchanged" || got[4] != "bob unchanged" || d.store.Commits() != commits {
		t.Errorf("repeated: %v, %d writes", got, d.store.Commits()-commits)
	}
}

func TestWhatRefusesAWholeBatchOfRequirementsWritesNothing(t *testing.T) {
	good := twofactor.RequirementsInput{Users: []string{"ann"}, Value: twofactor.RequirementRequired}
	with := func(change func(*twofactor.RequirementsInput)) twofactor.RequirementsInput {
		in := good
		change(&in)
		return in
	}
	stale := func(d *desk) twofactor.Caller {
		c := d.as("t", "root")
		c.Actor.AuthenticatedAt = d.clock().Add(-time.Hour)
		return c
	}
	root := func(d *desk) twofactor.Caller { return d.as("t", "root") }
	cases := map[string]struct {
		caller func(*desk) twofactor.Caller
		mode   twofactor.Mode
		in     twofactor.RequirementsInput
		want   twofactor.Code
	}{
		"no user":            {root, twofactor.ModeAvailable, with(func(in *twofactor.RequirementsInput) { in.Users = nil }), twofactor.CodeInvalid},
		"501 users":          {root, twofactor.ModeAvailable, with(func(in *twofactor.RequirementsInput) { in.Users = slices.Repeat([]string{"ann"}, 501) }), twofactor.CodeInvalid},
		"no id":              {root, twofactor.ModeAvailable, with(func(in *twofactor.RequirementsInput) { in.Users = []string{"ann", "a#b"} }), twofactor.CodeInvalid},
		"an unknown value":   {root, twofactor.ModeAvailable, with(func(in *twofactor.RequirementsInput) { in.Value = "optional" }), twofactor.CodeInvalid},
		"a long reason":      {root, twofactor.ModeAvailable, with(func(in *twofactor.RequirementsInput) { in.Reason = strings.Repeat("r", 501) }), twofactor.CodeInvalid},
		"an end in the past": {root, twofactor.ModeAvailable, with(func(in *twofactor.RequirementsInput) { in.ExpiresAt = time.Unix(1, 0) }), twofactor.CodeInvalid},
		"nobody named":       {(*desk).plain, twofactor.ModeAvailable, good, twofactor.CodeActorRequired},
		"no permission":      {func(d *desk) twofactor.Caller { return d.as("t", "ann") }, twofactor.ModeAvailable, good, twofactor.CodeForbidden},
		"too long ago":       {stale, twofactor.ModeAvailable, good, twofactor.CodeReauthenticationRequired},
		"switched off":       {root, twofactor.ModeOff, good, twofactor.CodeNotAvailable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.tenant("t")
			d.user("t", "ann", twofactor.RoleUser)
			d.policy("t", func(p *twofactor.Policy) { p.Mode = c.mode })
			commits := d.store.Commits()
			_, err := d.requireMany(c.caller(d), c.in)
			d.refused(err, c.want)
			if d.store.Commits() != commits {
				t.Error("something was written")
			}
		})
	}
}

func TestUnderTheParentsFloorABatchIsNotRefusedAsAWholeWhileItIsOff(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.client("t", "msp")
	d.user("t", "ann", twofactor.RoleUser)
	d.user("t", "boss", twofactor.RoleAdmin)
	d.policy("msp", func(p *twofactor.Policy) { p.Clients = twofactor.ClientsRequiredForAdmins })
	d.policy("t", func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff })
	results, err := d.requireMany(d.as("t", "root"), twofactor.RequirementsInput{
		Users: []string{"ann", "boss"}, Value: twofactor.RequirementExempt,
	})
	d.ok(err)
	want := []string{"ann not_available", "boss overridden_by_tenant_policy"}
	if got := outcomes(results); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNotifyMailsThoseWhomTheBatchChangedAndWhoHaveNoFactor(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	for _, id := range []string{"ann", "bob", "cem", "dee"} {
		d.user("t", id, twofactor.RoleUser)
	}
	d.enrolled("t", "bob")
	d.changeAuth("cem", func(a *twofactor.Auth) { a.Requirement = twofactor.Requirement{Value: twofactor.RequirementRequired} })
	d.changeAuth("dee", func(a *twofactor.Auth) { a.Active = false })
	mailed := func() (users []string) {
		for _, e := range d.store.Feed(0, 1<<20) {
			if e.Event != nil && e.Event.Detail[twofactor.DetailMail] == string(twofactor.MailRequired) {
				users = append(users, e.Event.User)
			}
		}
		return users
	}
	in := twofactor.RequirementsInput{Users: []string{"ann", "bob", "cem", "dee"}, Value: twofactor.RequirementRequired, Notify: true}
	_, err := d.requireMany(d.as("t", "root"), in)
	d.ok(err)
	if got := mailed(); !slices.Equal(got, []string{"ann"}) {
		t.Errorf("mailed %v", got)
	}
	in.Value = twofactor.RequirementExempt
	_, err = d.requireMany(d.as("t", "root"), in)
	d.ok(err)
	in.Value, in.Notify = twofactor.RequirementRequired, false
	_, err = d.requireMany(d.as("t", "root"), in)
	d.ok(err)
	if got := mailed(); !slices.Equal(got, []string{"ann"}) {
		t.Errorf("after an exemption and a quiet requirement mailed %v", got)
	}
}

func TestFiveHundredRequirementsAreSetAtOnceAndOneFaultIsOneItems(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	in := twofactor.RequirementsInput{Value: twofactor.RequirementRequired}
	var batch []twofactor.UserInput
	for i := range 500 {
		batch = append(batch, entry(fmt.Sprintf("u%03d", i), twofactor.RoleUser))
		in.Users = append(in.Users, batch[i].ID)
	}
	_, err := d.users().PutMany(d.ctx, d.plain(), "t", batch)
	d.ok(err)
	d.store.Fail(100, memory.FailBefore)
	once := idempotent(d.as("t", "root"), "once", "body")
	results, err := d.requireMany(once, in)
	d.ok(err)
	count := map[string]int{}
	for _, line := range outcomes(results) {
		_, word, _ := strings.Cut(line, " ")
		count[word]++
	}
	if count["updated"] != 499 || count["unavailable"] != 1 {
		t.Errorf("got %v", count)
	}
	results, err = d.requireMany(once, in)
	d.ok(err)
	count = map[string]int{}
	for _, line := range outcomes(results) {
		_, word, _ := strings.Cut(line, " ")
		count[word]++
	}
	if count["updated"] != 1 || count["unchanged"] != 499 {
		t.Errorf("repeated: %v", count)
	}
}

func TestARequirementThatLosesARaceIsDecidedAgainOnWhatTheUserBecame(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	d.user("t", "ann", twofactor.RoleUser)
	d.deps.Store = &interloper{Store: d.store, happen: func() { d.enrolled("t", "ann") }}
	results, err := d.requireMany(d.as("t", "root"), twofactor.RequirementsInput{
		Users: []string{"ann"}, Value: twofactor.RequirementRequired, Notify: true,
	})
	d.ok(err)
	ann := d.auth("t", "ann")
	if results[0].Outcome != twofactor.OutcomeUpdated || ann.Factor == nil || ann.Requirement.Value != twofactor.RequirementRequired {
		t.Errorf("got %+v, the user became %+v", results[0], ann)
	}
	if asked := d.lastEvent().Detail[twofactor.DetailMail]; asked != "" {
		t.Errorf("who has a factor by now is mailed %q", asked)
	}
}

// hurried ends the time of a call after some commits.
type hurried struct {
	twofactor.Store
	mu   sync.Mutex
	left int
	stop context.CancelFunc
}

// Commit implements twofactor.Committer.
func (h *hurried) Commit(ctx context.Context, c twofactor.Commit) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.Store.Commit(ctx, c)
	if h.left--; h.left == 0 {
		h.stop()
	}
	return err
}

func TestABatchOfRequirementsWithoutTimeSaysWhatItDidNotTryAndKeepsNoAnswer(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	in := twofactor.RequirementsInput{Value: twofactor.RequirementRequired}
	for i := range 60 {
		in.Users = append(in.Users, d.user("t", fmt.Sprintf("u%02d", i), twofactor.RoleUser).ID)
	}
	whole := d.ctx
	ctx, stop := context.WithCancel(whole)
	d.ctx = ctx
	d.deps.Store = &hurried{Store: d.store, left: 5, stop: stop}
	once := idempotent(d.as("t", "root"), "once", "body")
	results, err := d.requireMany(once, in)
	d.ok(err)
	notTried := 0
	for _, r := range results {
		if r.Outcome == twofactor.OutcomeNotTried {
			notTried++
		}
	}
	if notTried < 60-5-8 || notTried == 60 {
		t.Errorf("%d of 60 were not tried", notTried)
	}
	d.ctx, d.deps.Store = whole, d.store
	results, err = d.requireMany(once, in)
	d.ok(err)
	for _, r := range results {
		if r.Outcome != twofactor.OutcomeUpdated && r.Outcome != twofactor.OutcomeUnchanged {
			t.Errorf("repeated: %+v", r)
		}
	}
	_, err = d.requireMany(once, in)
	var replayed *twofactor.Replayed
	if !errors.As(err, &replayed) || string(replayed.Body) != "first answer" {
		t.Errorf("the whole batch again: %v", err)
	}
}
