package twofactor_test

import (
	"context"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// FT-10: with the keys away nobody is let in, nothing is charged, and no code
// is burnt.
func TestFT10WithTheKeysAwayNothingIsAcceptedOrCharged(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	device := r.remember(jane)
	login, own := r.signIn(jane.ref).Login, r.selfService(jane.ref)
	before, commits := r.auth(jane.ref), r.store.Commits()
	r.vault.away.Store(true)
	for name, call := range map[string]func() error{
		"a right code":   func() error { _, err := r.codeAt(login, twofactor.MethodTOTP, jane.code(r.clock())); return err },
		"a wrong code":   func() error { _, err := r.codeAt(login, twofactor.MethodTOTP, jane.wrong(r.clock())); return err },
		"a backup code":  func() error { _, err := r.codeAt(login, twofactor.MethodBackupCode, jane.codes[0]); return err },
		"switching off":  func() error { return r.door(jane, "switching off", jane.code(r.clock())) },
		"another device": func() error { _, err := r.begin(own, jane.code(r.clock())); return err },
		"a device token": func() error {
			_, err := r.verify.Login(r.ctx, r.platform(), "acme", twofactor.LoginInput{
				User: twofactor.LoginUser{ID: "jane"}, First: twofactor.FirstFactor{Method: twofactor.SignInPassword}, DeviceToken: device,
			})
			return err
		},
	} {
		if got := twofactor.CodeOf(call()); got != twofactor.CodeUnavailable {
			t.Errorf("%s: %q", name, got)
		}
	}
	if after := r.auth(jane.ref); after.Version != before.Version || r.store.Commits() != commits {
		t.Error("something was written")
	}
	r.vault.away.Store(false)
	_, err := r.codeAt(login, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
}

// FT-11, R-05: damage is "not now", never a yes, and never a panic.
func TestFT11DamagedOrSwappedSecretsLetNobodyIn(t *testing.T) {
	r, jane := enrolledRig(t)
	joe := r.enrol(r.user("acme", "joe"))
	sealed := func(ref twofactor.Ref) twofactor.SecretBytes { return r.auth(ref).Factor.Secret }
	good, others := sealed(jane.ref), sealed(joe.ref)
	damaged := map[string]twofactor.SecretBytes{"swapped with another user's": others, "empty": {}, "cut": good[:len(good)-1]}
	for _, at := range []int{0, 1, 2, len(good) / 2, len(good) - 1} {
		flipped := append(twofactor.SecretBytes{}, good...)
		flipped[at] ^= 1
		damaged["a flipped bit"+string(rune('0'+at%10))] = flipped
	}
	for name, secret := range damaged {
		auth := r.auth(jane.ref)
		auth.Factor.Secret = secret
		r.put(auth)
		version := r.auth(jane.ref).Version
		for _, code := range []twofactor.Secret{jane.code(r.clock()), joe.code(r.clock()), jane.wrong(r.clock())} {
			_, err := r.code(jane.ref, twofactor.MethodTOTP, code)
			if twofactor.CodeOf(err) != twofactor.CodeUnavailable {
				t.Errorf("%s: %v", name, err)
			}
		}
		if r.auth(jane.ref).Version != version {
			t.Errorf("%s: charged", name)
		}
	}
	auth := r.auth(jane.ref)
	auth.Factor.Secret = good
	r.put(auth)
	tenant := stored[twofactor.Tenant](r, twofactor.TenantKey("acme"))
	tenant.DataKey = append(twofactor.SecretBytes{}, tenant.DataKey...)
	tenant.DataKey[len(tenant.DataKey)-1] ^= 1
	r.put(tenant)
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeUnavailable)
}

// FT-13: whoever cannot sign knows it before a code is burnt.
func TestFT13WithoutASignatureNothingIsDecided(t *testing.T) {
	r, jane := enrolledRig(t)
	r.policy("acme", requiredWithGrace)
	joe := r.user("acme", "joe")
	p := r.signIn(jane.ref).Login
	joes, again := r.signIn(joe).Login, r.signIn(joe).Login
	pending := r.begun(joes)
	_, err := r.enroll.Confirm(r.ctx, r.person(joes), pending.code(r.clock()))
	r.ok(err)
	commits := r.store.Commits()
	r.signer.away.Store(true)
	for name, call := range map[string]func() error{
		"verify":   func() error { _, err := r.codeAt(p, twofactor.MethodTOTP, jane.code(r.clock())); return err },
		"backup":   func() error { _, err := r.codeAt(p, twofactor.MethodBackupCode, jane.codes[0]); return err },
		"complete": func() error { _, err := r.enroll.Complete(r.ctx, r.person(joes), true); return err },
		"defer":    func() error { _, err := r.enroll.Defer(r.ctx, r.person(again)); return err },
		"allow": func() error {
			_, err := r.verify.Login(r.ctx, r.platform(), "acme", twofactor.LoginInput{
				User: twofactor.LoginUser{ID: "joe"}, First: twofactor.FirstFactor{Method: twofactor.SignInSSO, AMR: []string{"mfa"}},
			})
			return err
		},
	} {
		if got := twofactor.CodeOf(call()); got != twofactor.CodeUnavailable {
			t.Errorf("%s: %q", name, got)
		}
	}
	if r.store.Commits() != commits {
		t.Error("something was written")
	}
	r.signer.away.Store(false)
	for name, call := range map[string]func() error{
		"verify":   func() error { _, err := r.codeAt(p, twofactor.MethodTOTP, jane.code(r.clock())); return err },
		"complete": func() error { _, err := r.enroll.Complete(r.ctx, r.person(joes), true); return err },
	} {
		if err := call(); err != nil {
			t.Errorf("%s, with the signer back: %v", name, err)
		}
	}
}

// FT-16: the table may drop what is over days late; it is over all the same.
func TestFT16WhatIsOverIsOverThoughItIsStillStored(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	device := r.remember(jane)
	joe := r.user("acme", "joe")
	r.policy("acme", proveMailbox)
	token := r.signIn(joe).Login
	_, err := r.begin(token)
	r.ok(err)
	code := r.mailCode(token)
	link, err := r.enroll.Link(r.ctx, r.admin("acme"), r.user("acme", "ann"), twofactor.DeliverReturn)
	r.ok(err)
	caller := r.person(token)
	assertion := r.approved(jane, r.signIn(jane.ref).Login, twofactor.MethodTOTP, jane.code(r.clock()))
	_, err = r.verify.Redeem(r.ctx, r.platform(), "acme", twofactor.RedeemInput{Assertion: assertion})
	r.ok(err)

	r.pass(31 * 24 * time.Hour)
	for name, c := range map[string]struct {
		call func() error
		want twofactor.Code
	}{
		"a pending enrolment": {func() error { _, _, err := r.enroll.Email(r.ctx, caller, &code); return err }, twofactor.CodeNoPendingEnrollment},
		"a login":             {func() error { _, err := r.people.Authenticate(r.ctx, token); return err }, twofactor.CodeTokenExpired},
		"a link":              {func() error { _, err := r.people.Authenticate(r.ctx, linkToken(link.URL)); return err }, twofactor.CodeTokenExpired},
		"an assertion": {func() error {
			_, err := r.verify.Redeem(r.ctx, r.platform(), "acme", twofactor.RedeemInput{Assertion: assertion})
			return err
		}, twofactor.CodeUnauthenticated},
	} {
		if got := twofactor.CodeOf(c.call()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	r.demand(r.signIn(jane.ref, withDevice(device)), twofactor.DecisionVerify, twofactor.ReasonFactorActive)
	if len(stored[twofactor.Devices](r, twofactor.DevicesKey(jane.ref)).List) != 1 {
		t.Error("the device was dropped: the test shows nothing")
	}
}

// FT-17: reads of a second ago accept nothing of the factor of a second ago.
func TestFT17OldReadsAcceptNothingOfAnOldFactor(t *testing.T) {
	for name, change := range map[string]func(*rig, phone){
		"a reset": func(r *rig, p phone) {
			_, err := twofactor.NewResets(r.deps).Reset(r.ctx, r.admin("acme"), p.ref, twofactor.ResetInput{Reason: "lost"})
			r.ok(err)
		},
		"a factor that was disabled": func(r *rig, p phone) {
			auth := r.auth(p.ref)
			auth.Factor.Disabled = true
			r.put(auth)
		},
		"a new factor": func(r *rig, p phone) {
			own := r.selfService(p.ref)
			fresh := r.begun(own, p.code(r.clock()))
			_, err := r.enroll.Confirm(r.ctx, r.person(own), fresh.code(r.clock()))
			r.ok(err)
			_, err = r.enroll.Complete(r.ctx, r.person(own), true)
			r.ok(err)
		},
		"new backup codes": func(r *rig, p phone) {
			_, err := r.enroll.BackupCodes(r.ctx, r.person(r.selfService(p.ref)), twofactor.ProofInput{Code: p.code(r.clock())})
			r.ok(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, jane := enrolledRig(t)
			first, second := r.person(r.signIn(jane.ref).Login), r.person(r.signIn(jane.ref).Login)
			code := jane.code(r.clock())
			deps := r.deps
			deps.Store = pastStore{r.store, *r.auth(jane.ref)}
			before := twofactor.NewVerify(deps)
			change(r, jane)
			if _, err := before.Code(r.ctx, first, twofactor.CodeInput{Code: code}); err == nil {
				t.Error("a code of the old factor was accepted")
			}
			_, err := before.Code(r.ctx, second, twofactor.CodeInput{Method: twofactor.MethodBackupCode, Code: jane.codes[0]})
			if err == nil && name != "a factor that was disabled" {
				t.Error("a backup code of the old factor was accepted")
			}
		})
	}
}

// pastStore reads one user as he was.
type pastStore struct {
	twofactor.Store
	was twofactor.Auth
}

// Load implements twofactor.Loader.
func (s pastStore) Load(ctx context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	found, err := s.Store.Load(ctx, wants...)
	if _, asked := found[s.was.Key()]; asked {
		past := s.was
		found[s.was.Key()] = &past
	}
	return found, err
}
