package twofactor_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// mixedTown has users of every sort: enrolled, paused, disabled, by single
// sign-on, exempt for an hour, inactive, without an address, who asked for a
// reset, and who were reset.
func mixedTown(w *watched) {
	w.tenant("acme")
	refs := w.crowd("acme", 9)
	paused := w.enrol(refs[0])
	disabled := w.enrol(refs[1])
	auth := w.auth(disabled.ref)
	auth.Factor.Disabled = true
	w.put(auth)
	asking := w.enrol(refs[2])
	_, err := twofactor.NewResets(w.deps).Request(w.ctx, w.person(w.signIn(asking.ref).Login), twofactor.RequestInput{})
	w.ok(err)
	w.requirement(refs[3], twofactor.RequirementExempt, w.clock().Add(time.Hour))
	w.requirement(refs[4], twofactor.RequirementRequired, time.Time{})
	users := twofactor.NewUsers(w.deps)
	off := false
	for _, in := range []twofactor.UserInput{
		{ID: "sso", Role: twofactor.RoleUser, SignIn: twofactor.SignInSSO, Email: "sso@example.com"},
		{ID: "mute", Role: twofactor.RoleAdmin, SignIn: twofactor.SignInPassword},
		{ID: "gone", Role: "helpdesk", SignIn: twofactor.SignInPassword, Active: &off},
	} {
		_, _, err := users.Put(w.ctx, w.platform(), "acme", in)
		w.ok(err)
	}
	_, err = twofactor.NewResets(w.deps).Reset(w.ctx, w.admin("acme"), refs[5], twofactor.ResetInput{Reason: "lost"})
	w.ok(err)
	w.ok(users.Delete(w.ctx, w.platform(), refs[6]))
	_ = w.miss(paused, 5)
}

func (w *watched) requirement(ref twofactor.Ref, value twofactor.RequirementValue, until time.Time) {
	w.t.Helper()
	_, err := twofactor.NewPolicies(w.deps).SetRequirement(w.ctx, w.admin(ref.Tenant), ref,
		twofactor.RequirementInput{Value: value, ExpiresAt: until})
	w.ok(err)
}

// agrees demands that the summary says what the users one by one say, and
// that a recount finds no difference.
func (w *watched) agrees(when string) {
	w.t.Helper()
	if got, want := w.summary("acme").Summary, w.tally("acme"); got != want {
		w.t.Errorf("%s: the summary says %+v, the users %+v", when, got, want)
	}
	got := w.recount("acme")
	if got.Moved != 0 || got.Corrected != 0 {
		w.t.Errorf("%s: a recount found %+v", when, got)
	}
}

func TestTheSummarySaysUnderEveryPolicyWhatTheUsersOneByOneSay(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	w.pump()
	if all := w.summary("acme"); all.Users != 12 || all.Locked != 2 || all.ResetRequested != 1 || !all.AsOf.Equal(w.clock()) {
		t.Fatalf("the town is %+v", all)
	}
	for name, change := range map[string]func(*twofactor.Policy){
		"off":               func(p *twofactor.Policy) { p.Mode = twofactor.ModeOff },
		"available":         func(p *twofactor.Policy) { p.Mode = twofactor.ModeAvailable },
		"required":          func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired },
		"required of admin": func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired; p.Roles = []string{"admin"} },
		"locked": func(p *twofactor.Policy) {
			p.Mode, p.Roles, p.UserOverrides = twofactor.ModeRequired, []string{"*"}, twofactor.OverridesLocked
		},
		"sso trusted": func(p *twofactor.Policy) { p.Mode, p.SSO = twofactor.ModeRequired, twofactor.SSOTrusted },
	} {
		w.policy("acme", change)
		w.agrees(name)
	}
}

func TestCountsAreExactWhenChangesComeThriceAndInAnyOrder(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	changes := w.fresh()
	changes = append(append(changes, changes...), changes...)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(changes), func(i, j int) { changes[i], changes[j] = changes[j], changes[i] })
	for _, entry := range changes {
		w.handle(entry.Change)
	}
	w.pump()
	w.agrees("shuffled")
}

func TestCountsAreExactAfterAFaultAtEveryWrite(t *testing.T) {
	for name, fault := range map[string]memory.Fault{
		"before": memory.FailBefore, "after": memory.FailAfter, "lost": memory.FailLost, "busy": memory.FailBusy,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWatched(t)
			mixedTown(w)
			failed := 0
			w.store.OnCommit(func(n int, _ twofactor.Commit) memory.Fault {
				if n%2 == 0 {
					return memory.NoFault
				}
				failed++
				return fault
			})
			w.pump()
			w.store.OnCommit(nil)
			if failed < 20 {
				t.Fatalf("only %d writes failed", failed)
			}
			w.agrees(name)
		})
	}
}

func TestWhatEndsByTimeAloneLeavesTheSummaryAtTheNextRunOfTheSchedule(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	w.policy("acme", func(p *twofactor.Policy) { p.Mode = twofactor.ModeRequired })
	w.pump()
	before := w.summary("acme")
	w.minutes(1)
	if after := w.summary("acme"); before.Locked != 2 || after.Locked != 1 {
		t.Errorf("locked: %d, after the pause %d", before.Locked, after.Locked)
	}
	w.agrees("after the pause")
	w.pass(time.Hour)
	w.minutes(1)
	if after := w.summary("acme"); after.Pending != before.Pending+1 || after.NotRequired != before.NotRequired-1 {
		t.Errorf("pending %d, after the exemption %d", before.Pending, after.Pending)
	}
	w.agrees("after the exemption")
	w.pass(7 * 24 * time.Hour)
	w.minutes(1)
	if after := w.summary("acme"); before.ResetRequested != 1 || after.ResetRequested != 0 {
		t.Errorf("requests: %d, a week later %d", before.ResetRequested, after.ResetRequested)
	}
	w.agrees("after the request")
	page, err := w.store.List(w.ctx, twofactor.Query{Kind: twofactor.KindDue, Limit: 10})
	w.ok(err)
	if len(page.Records) != 0 {
		t.Errorf("%d times are left", len(page.Records))
	}
}

func TestARecountPutsRightWhatWasLost(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	w.fresh()
	if got := w.recount("acme"); got.Users != 12 || got.Moved != 12 {
		t.Errorf("with no change handled: %+v", got)
	}
	w.agrees("after the first recount")
	var broken *twofactor.Count
	for shard := range twofactor.CountShards {
		if c := stored[twofactor.Count](w.rig, twofactor.CountKey("acme", shard)); c != nil {
			broken = c
		}
	}
	broken.Cells = map[string]int{"admin/password/inherit/none/a": 77}
	w.put(broken)
	if got := w.recount("acme"); got.Moved != 0 || got.Corrected != 1 {
		t.Errorf("with one shard broken: %+v", got)
	}
	w.agrees("after the second recount")
}

func TestAVerifyMovesNoCountAndWritesNothingButItsEvent(t *testing.T) {
	w := newWatched(t)
	w.tenant("acme")
	phone := w.enrol(w.user("acme", "ann"))
	w.pump()
	_, err := w.code(phone.ref, twofactor.MethodTOTP, phone.code(w.clock()))
	w.ok(err)
	before := w.store.Commits()
	w.pump()
	if n := w.store.Commits() - before; n != 1 {
		t.Errorf("%d commits for one event", n)
	}
}

func TestADeletedTenantIsNotCountedAnyMore(t *testing.T) {
	w := newWatched(t)
	mixedTown(w)
	w.pump()
	tenant := stored[twofactor.Tenant](w.rig, twofactor.TenantKey("acme"))
	tenant.Deleting = true
	w.put(tenant)
	for shard := range twofactor.CountShards {
		w.ok(w.store.Commit(w.ctx, twofactor.Commit{Delete: []twofactor.Record{&twofactor.Count{Tenant: "acme", Shard: shard}}}))
	}
	ref := twofactor.Ref{Tenant: "acme", User: "mute"}
	w.ok(w.store.Commit(w.ctx, twofactor.Commit{Delete: []twofactor.Record{&twofactor.Auth{Ref: ref}}}))
	w.pump()
	if stored[twofactor.Counted](w.rig, twofactor.CountedKey(ref)) != nil {
		t.Error("it is still said where a user of a deleted tenant is counted")
	}
	for shard := range twofactor.CountShards {
		if stored[twofactor.Count](w.rig, twofactor.CountKey("acme", shard)) != nil {
			t.Errorf("shard %d came back", shard)
		}
	}
}
