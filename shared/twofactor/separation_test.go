package twofactor_test

import (
	"testing"

	"sallyport/shared/twofactor"
)

// TN-05: a backup code is one user's of one tenant.
func TestTN05ABackupCodeIsGoodForItsOwnerOnly(t *testing.T) {
	r, jane := enrolledRig(t)
	joe := r.enrol(r.user("acme", "joe"))
	r.tenant("other")
	otherJane := r.enrol(r.user("other", "jane"))
	for _, ref := range []twofactor.Ref{joe.ref, otherJane.ref} {
		_, err := r.code(ref, twofactor.MethodBackupCode, jane.codes[0])
		r.refused(err, twofactor.CodeBackupCodeWrong)
	}
	approved, err := r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.ok(err)
	if approved.BackupCodesLeft != 9 {
		t.Errorf("%d codes are left", approved.BackupCodesLeft)
	}
}

// TN-08: the same id in two tenants is two people.
func TestTN08LocksPolicyAndMailsOfTheSameIdInTwoTenantsAreApart(t *testing.T) {
	r, here := enrolledRig(t)
	r.tenant("other", func(p *twofactor.Policy) { p.Recovery = twofactor.RecoveryReset })
	there := r.enrol(r.user("other", "jane"))
	r.miss(here, 5)
	_, err := r.code(there.ref, twofactor.MethodTOTP, here.code(r.clock()))
	r.refused(err, twofactor.CodeCodeWrong)
	_, err = r.code(there.ref, twofactor.MethodTOTP, there.code(r.clock()))
	r.ok(err)
	answer, err := r.code(there.ref, twofactor.MethodBackupCode, there.codes[0])
	r.ok(err)
	if answer.Result != twofactor.ResultFactorReset || r.auth(here.ref).Factor == nil {
		t.Error("the other tenant's policy counted here, or this one's there")
	}
	for _, e := range r.events() {
		if e.Type == twofactor.EventFactorReset && e.Tenant != "other" || e.Type == twofactor.EventCodeWrong && e.Tenant == "" {
			t.Errorf("an event of %s stands under %q", e.User, e.Tenant)
		}
	}
}

// AV-01, AZ-03: without the victim's own token nothing of his moves.
func TestAV01NobodyElsesTokenTouchesTheVictim(t *testing.T) {
	r, jane := enrolledRig(t)
	joe := r.enrol(r.user("acme", "joe"))
	r.tenant("other")
	before := r.auth(jane.ref).Version
	attacker := r.signIn(joe.ref).Login
	for range 7 {
		_, err := r.codeAt(attacker, twofactor.MethodTOTP, jane.wrong(r.clock()))
		if err == nil {
			t.Fatal("a wrong code was accepted")
		}
	}
	for _, c := range []twofactor.Caller{{}, r.platform()} {
		_, err := r.verify.Code(r.ctx, c, twofactor.CodeInput{Code: jane.wrong(r.clock())})
		r.refused(err, twofactor.CodeForbidden)
	}
	_, err := r.people.Authenticate(r.ctx, "eyJhbGciOiJkaXIifQ..a.b.c")
	r.refused(err, twofactor.CodeUnauthenticated)
	if r.auth(jane.ref).Version != before {
		t.Error("the victim's record was written")
	}
}

// AV-11: a blank or strange name is nobody's, and charges nobody.
func TestAV11ABlankNameIsNobody(t *testing.T) {
	r, jane := enrolledRig(t)
	commits, before := r.store.Commits(), r.auth(jane.ref).Version
	for _, id := range []string{"", " ", "jane ", " jane", "JANE", "jane\x00", "\t"} {
		key := *r.key
		key.Scopes = []twofactor.Scope{twofactor.ScopeLogin}
		_, err := r.verify.Login(r.ctx, twofactor.Caller{Key: &key}, "acme", twofactor.LoginInput{
			User: twofactor.LoginUser{ID: id}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword},
		})
		r.refused(err, twofactor.CodeInvalid, twofactor.CodeUserNotFound)
	}
	if r.store.Commits() != commits || r.auth(jane.ref).Version != before {
		t.Error("something was written")
	}
}

// AV-02: with the app locked by somebody who has the password, its owner still
// gets in by a remembered device, and under the long lock by a backup code.
func TestAV02TheOwnerGetsInWhileAnAttackerKeepsTheAppLocked(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	device := r.remember(jane)
	r.miss(jane, 5)
	answer := r.signIn(jane.ref, withDevice(device))
	if answer.Decision != twofactor.DecisionAllow || answer.Reason != twofactor.ReasonDeviceRemembered {
		t.Errorf("with a remembered device: %s, %s", answer.Decision, answer.Reason)
	}
	for range 15 {
		r.moveTo(r.auth(jane.ref).Attempts.PausedUntil)
		r.miss(jane, 1)
	}
	r.moveTo(r.auth(jane.ref).Attempts.PausedUntil)
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeThrottled)
	_, err = r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.ok(err)
}

// AV-03: attempts during a lock change nothing, however many.
func TestAV03TenThousandAttemptsDuringALockWriteNothing(t *testing.T) {
	r, jane := enrolledRig(t)
	r.miss(jane, 5)
	before, commits := r.auth(jane.ref), r.store.Commits()
	login := r.person(r.signIn(jane.ref).Login)
	wrong := jane.wrong(r.clock())
	for i := range 10_000 {
		in := twofactor.CodeInput{Code: wrong}
		if i%2 == 1 {
			in = twofactor.CodeInput{Method: twofactor.MethodBackupCode, Code: jane.codes[0]}
		}
		_, err := r.verify.Code(r.ctx, login, in)
		r.refused(err, twofactor.CodeThrottled)
	}
	after := r.auth(jane.ref)
	if after.Version != before.Version || !after.Attempts.PausedUntil.Equal(before.Attempts.PausedUntil) || r.store.Commits() != commits {
		t.Errorf("written: %+v", after.Attempts)
	}
}

// AV-05: names that nobody has cost no write and no key.
func TestAV05UnknownUsersCostNoWriteAndNoKey(t *testing.T) {
	r, _ := enrolledRig(t)
	commits, calls := r.store.Commits(), r.vault.calls.Load()
	key := *r.key
	key.Scopes = []twofactor.Scope{twofactor.ScopeLogin}
	c := twofactor.Caller{Key: &key}
	for _, id := range []string{"a", "b", "c", "jane2"} {
		ref := twofactor.Ref{Tenant: "acme", User: id}
		_, err := r.verify.Login(r.ctx, c, "acme", twofactor.LoginInput{
			User: twofactor.LoginUser{ID: id}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword}, DeviceToken: "x",
		})
		r.refused(err, twofactor.CodeUserNotFound)
		_, err = r.verify.SelfService(r.ctx, c, ref, twofactor.SelfServiceInput{})
		r.refused(err, twofactor.CodeUserNotFound)
		_, err = r.verify.Check(r.ctx, c, ref, twofactor.CheckInput{Action: "take_control"})
		r.refused(err, twofactor.CodeUserNotFound)
		_, err = r.verify.Activate(r.ctx, c, ref, twofactor.ActivateNow)
		r.refused(err, twofactor.CodeUserNotFound)
	}
	if r.store.Commits() != commits || r.vault.calls.Load() != calls {
		t.Errorf("%d writes, %d calls for keys", r.store.Commits()-commits, r.vault.calls.Load()-calls)
	}
}
