package twofactor_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// condition is what a fault may leave of one user: the old or the new, and
// nothing between. Versions, times and secrets are not part of it.
type condition struct{ auth, enrollment, devices, redeemed string }

func (r *rig) condition(ref twofactor.Ref) condition {
	r.t.Helper()
	var c condition
	if a := r.auth(ref); a != nil {
		c.auth = fmt.Sprint(a.Generation, a.ResetMark, a.ActivationRequested, a.Deferrals, a.Link != "",
			a.Attempts.InARow, len(a.Attempts.Wrong), len(a.Logins.IDs))
		if a.Factor != nil {
			c.auth += fmt.Sprint(" factor", len(a.Factor.Backup), a.Factor.Spent, a.Factor.Disabled)
		}
	}
	if e := stored[twofactor.Enrollment](r, twofactor.EnrollmentKey(ref)); e != nil {
		c.enrollment = fmt.Sprint(e.TokenID != "", e.Generation, e.Tries, e.CodeTries, len(e.CodeHash) > 0,
			e.MailboxProved, len(e.MailedAt), e.ConfirmedStep > 0, len(e.Backup), e.CompletedAt.IsZero())
	}
	if d := stored[twofactor.Devices](r, twofactor.DevicesKey(ref)); d != nil {
		for _, device := range d.List {
			c.devices += fmt.Sprint("turn", device.Turn, " ")
		}
	}
	for _, entry := range r.store.Feed(0, 1<<20) {
		if _, ok := entry.New.(*twofactor.Redemption); ok {
			c.redeemed += "redeemed "
		}
	}
	return c
}

// mixes reports whether each record is as it was or as it shall be.
func (c condition) mixes(before, after condition) bool {
	either := func(got, a, b string) bool { return got == a || got == b }
	return either(c.auth, before.auth, after.auth) && either(c.enrollment, before.enrollment, after.enrollment) &&
		either(c.devices, before.devices, after.devices) && either(c.redeemed, before.redeemed, after.redeemed)
}

// faultyCall is one use case, ready to be called.
type faultyCall struct {
	// call is what the client does; it may be done again.
	call func() error
	// again is how a client goes on after "unavailable" or "conflict"; nil
	// repeats the call.
	again func() error
	// want is what the call answers when nothing goes wrong.
	want twofactor.Code
	// done are answers to a repeat that say that it was done before.
	done []twofactor.Code
	// counts marks calls of which each one counts: a repeat after an answer
	// that was lost for good counts once more.
	counts bool
}

// fault is one way for a store to fail at one write. With gone, it does not
// answer reads either until the call has ended.
type fault struct {
	name string
	kind memory.Fault
	gone bool
}

var everyFault = []fault{
	{"before the write", memory.FailBefore, false}, {"after the write", memory.FailAfter, false},
	{"write lost", memory.FailLost, false}, {"busy", memory.FailBusy, false},
	{"after the write, then gone", memory.FailAfter, true}, {"write lost, then gone", memory.FailLost, true},
}

// during lets the n-th commit of a call meet the fault.
func (r *rig) during(n int, f fault, call func() error) error {
	gone := false
	start := r.store.Commits()
	r.store.OnCommit(func(at int, _ twofactor.Commit) memory.Fault {
		if at != start+n {
			return memory.NoFault
		}
		gone = f.gone
		return f.kind
	})
	r.store.OnLoad(func([]twofactor.Want) error {
		if gone {
			return twofactor.ErrStore
		}
		return nil
	})
	defer r.store.OnCommit(nil)
	defer r.store.OnLoad(nil)
	return call()
}

func TestEveryWriteOfAPersonsCallsIsAllOrNothingAndARepeatConverges(t *testing.T) {
	for _, name := range faultyNames() {
		prepare := faultyCalls[name]
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			c, ref := prepare(r)
			before, commits := r.condition(ref), r.store.Commits()
			if got := twofactor.CodeOf(c.call()); got != c.want {
				t.Fatalf("without a fault: %q, want %q", got, c.want)
			}
			after, writes := r.condition(ref), r.store.Commits()-commits
			if writes == 0 {
				t.Fatal("it writes nothing")
			}
			for n := 1; n <= writes; n++ {
				for _, f := range everyFault {
					t.Run(fmt.Sprintf("write %d, %s", n, f.name), func(t *testing.T) {
						faultOnce(t, prepare, n, f, writes, before, after)
					})
				}
			}
		})
	}
}

func faultOnce(t *testing.T, prepare func(*rig) (faultyCall, twofactor.Ref), n int, f fault, writes int, before, after condition) {
	r := newRig(t)
	c, ref := prepare(r)
	err := r.during(n, f, c.call)
	got := r.condition(ref)
	if whole := got == before || got == after; !whole && (writes == 1 || !got.mixes(before, after)) {
		t.Fatalf("it left\n%+v, which is neither\n%+v nor\n%+v", got, before, after)
	}
	code := twofactor.CodeOf(err)
	if code == c.want && err == nil || code == c.want && c.want != "" {
		// What was written besides the answer's own write may be missing.
		if got != after && n == 1 {
			t.Fatalf("answered %q and left\n%+v, want\n%+v", code, got, after)
		}
		return
	}
	if code != twofactor.CodeUnavailable && code != twofactor.CodeConflict {
		t.Fatalf("answered %v", err)
	}
	again := c.call
	if c.again != nil {
		again = c.again
	}
	err = again()
	if code = twofactor.CodeOf(err); code != c.want && !slices.Contains(c.done, code) {
		t.Fatalf("the repeat answered %v", err)
	}
	if got := r.condition(ref); got != after && !c.counts && c.again == nil {
		t.Errorf("after the repeat\n%+v, want\n%+v", got, after)
	}
}

func faultyNames() []string {
	var names []string
	for name := range faultyCalls {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var acmeJane = twofactor.Ref{Tenant: "acme", User: "jane"}

// withFactor prepares a user who has one; the policy remembers devices.
func withFactor(r *rig, changes ...func(*twofactor.Policy)) phone {
	r.tenant("acme", append([]func(*twofactor.Policy){remember30}, changes...)...)
	return r.enrol(r.user("acme", "jane"))
}

// withoutFactor prepares a user who must enrol, and a login that says so.
func withoutFactor(r *rig, changes ...func(*twofactor.Policy)) twofactor.Secret {
	r.tenant("acme", append([]func(*twofactor.Policy){requiredWithGrace}, changes...)...)
	return r.signIn(r.user("acme", "jane")).Login
}

// withCode is a call that gives a code at verify, and goes on after a lost
// answer as contract §4.2 says: a new login and the next code.
func (r *rig) withCode(p phone, in twofactor.CodeInput) faultyCall {
	login := r.person(r.signIn(p.ref).Login)
	return faultyCall{
		call: func() error { _, err := r.verify.Code(r.ctx, login, in); return err },
		again: func() error {
			r.nextStep()
			_, err := r.code(p.ref, twofactor.MethodTOTP, p.code(r.clock()))
			return err
		},
	}
}

var faultyCalls = map[string]func(*rig) (faultyCall, twofactor.Ref){
	"login, allowed": func(r *rig) (faultyCall, twofactor.Ref) {
		r.tenant("acme")
		ref := r.user("acme", "jane")
		return faultyCall{call: func() error {
			_, err := r.verify.Login(r.ctx, r.platform(), "acme", twofactor.LoginInput{
				User: twofactor.LoginUser{ID: ref.User}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
			})
			return err
		}}, ref
	},
	"login with a device token": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		return r.deviceLogin(r.remember(p), twofactor.DecisionAllow), p.ref
	},
	"login with a spent device token": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		token := r.remember(p)
		r.signIn(p.ref, withDevice(token))
		r.pass(2 * time.Minute)
		return r.deviceLogin(token, twofactor.DecisionVerify), p.ref
	},
	"verify, right": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		return r.withCode(p, twofactor.CodeInput{Code: p.code(r.clock())}), p.ref
	},
	"verify, wrong": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		c := r.withCode(p, twofactor.CodeInput{Code: p.wrong(r.clock())})
		c.want, c.again, c.counts = twofactor.CodeCodeWrong, nil, true
		return c, p.ref
	},
	"verify and remember the device": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		return r.withCode(p, twofactor.CodeInput{Code: p.code(r.clock()), RememberDevice: true}), p.ref
	},
	"verify, backup code": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		return r.withCode(p, twofactor.CodeInput{Method: twofactor.MethodBackupCode, Code: p.codes[0]}), p.ref
	},
	"verify, backup code that resets": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r, func(p *twofactor.Policy) { p.Recovery = twofactor.RecoveryReset })
		c := r.withCode(p, twofactor.CodeInput{Method: twofactor.MethodBackupCode, Code: p.codes[0]})
		c.again = func() error {
			if got := r.signIn(p.ref); got.Decision == twofactor.DecisionVerify {
				return c.call()
			} else if got.Reason != twofactor.ReasonFactorReset {
				return fmt.Errorf("the next login says %s", got.Reason)
			}
			return nil
		}
		return c, p.ref
	},
}

func (r *rig) deviceLogin(token twofactor.Secret, want twofactor.Decision) faultyCall {
	return faultyCall{call: func() error {
		answer, err := r.verify.Login(r.ctx, r.platform(), "acme", twofactor.LoginInput{
			User: twofactor.LoginUser{ID: "jane"}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword}, DeviceToken: token,
		})
		if err == nil && answer.Decision != want {
			return fmt.Errorf("the login says %s", answer.Decision)
		}
		return err
	}}
}
