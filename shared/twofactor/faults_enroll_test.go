package twofactor_test

import (
	"sallyport/shared/twofactor"
)

// The calls with which people enrol and manage their factor, for the table of
// faults.
func init() {
	for name, prepare := range enrollCalls {
		faultyCalls[name] = prepare
	}
	for name, prepare := range ownCalls {
		faultyCalls[name] = prepare
	}
}

// enrolCall makes a call of one step of an enrolment.
func enrolCall(call func() error) faultyCall { return faultyCall{call: call} }

var enrollCalls = map[string]func(*rig) (faultyCall, twofactor.Ref){
	"begin, the tenant's first": func(r *rig) (faultyCall, twofactor.Ref) {
		login := r.person(withoutFactor(r))
		return enrolCall(func() error { _, err := r.enroll.Begin(r.ctx, login, twofactor.ProofInput{}); return err }), acmeJane
	},
	"begin a change of device": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		own, proof := r.person(r.selfService(p.ref)), twofactor.ProofInput{Code: p.code(r.clock())}
		return enrolCall(func() error { _, err := r.enroll.Begin(r.ctx, own, proof); return err }), p.ref
	},
	"begin a change of device, wrong code": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		own, proof := r.person(r.selfService(p.ref)), twofactor.ProofInput{Code: p.wrong(r.clock())}
		return faultyCall{
			call: func() error { _, err := r.enroll.Begin(r.ctx, own, proof); return err },
			want: twofactor.CodeCodeWrong, counts: true,
		}, p.ref
	},
	"send a mailbox code": func(r *rig) (faultyCall, twofactor.Ref) {
		token := withoutFactor(r, proveMailbox)
		_, err := r.begin(token)
		r.ok(err)
		c := enrolCall(func() error { _, _, err := r.enroll.Email(r.ctx, r.person(token), nil); return err })
		// One that was sent and not answered keeps the next waiting.
		c.done = []twofactor.Code{twofactor.CodeRateLimited}
		return c, acmeJane
	},
	"prove the mailbox": func(r *rig) (faultyCall, twofactor.Ref) {
		token := withoutFactor(r, proveMailbox)
		_, err := r.begin(token)
		r.ok(err)
		code := r.mailCode(token)
		return enrolCall(func() error { _, _, err := r.enroll.Email(r.ctx, r.person(token), &code); return err }), acmeJane
	},
	"a wrong mailbox code": func(r *rig) (faultyCall, twofactor.Ref) {
		token := withoutFactor(r, proveMailbox)
		_, err := r.begin(token)
		r.ok(err)
		code := twofactor.Secret("000000")
		if r.mailCode(token) == code {
			code = "000001"
		}
		return faultyCall{
			call: func() error { _, _, err := r.enroll.Email(r.ctx, r.person(token), &code); return err },
			want: twofactor.CodeEmailCodeWrong, counts: true,
		}, acmeJane
	},
	"confirm": func(r *rig) (faultyCall, twofactor.Ref) {
		token := withoutFactor(r)
		p := r.begun(token)
		return enrolCall(func() error {
			_, err := r.enroll.Confirm(r.ctx, r.person(token), p.code(r.clock()))
			return err
		}), acmeJane
	},
	"confirm, wrong": func(r *rig) (faultyCall, twofactor.Ref) {
		token := withoutFactor(r)
		p := r.begun(token)
		return faultyCall{
			call: func() error { _, err := r.enroll.Confirm(r.ctx, r.person(token), p.wrong(r.clock())); return err },
			want: twofactor.CodeCodeWrong, counts: true,
		}, acmeJane
	},
	"complete at login": func(r *rig) (faultyCall, twofactor.Ref) {
		return r.completing(withoutFactor(r)), acmeJane
	},
	"complete by a link": func(r *rig) (faultyCall, twofactor.Ref) {
		withoutFactor(r)
		link, err := r.enroll.Link(r.ctx, r.admin("acme"), acmeJane, twofactor.DeliverReturn)
		r.ok(err)
		return r.completing(linkToken(link.URL)), acmeJane
	},
	"complete a change of device": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		r.remember(p)
		return r.completing(r.selfService(p.ref), p.code(r.clock())), p.ref
	},
	"defer": func(r *rig) (faultyCall, twofactor.Ref) {
		login := r.person(withoutFactor(r))
		return enrolCall(func() error { _, err := r.enroll.Defer(r.ctx, login); return err }), acmeJane
	},
	"an enrolment link, returned": linking(twofactor.DeliverReturn),
	"an enrolment link, mailed":   linking(twofactor.DeliverEmail),
}

// completing goes as far as confirm; the call is complete.
func (r *rig) completing(token twofactor.Secret, code ...twofactor.Secret) faultyCall {
	r.t.Helper()
	p := r.begun(token, code...)
	caller := r.person(token)
	_, err := r.enroll.Confirm(r.ctx, caller, p.code(r.clock()))
	r.ok(err)
	return enrolCall(func() error { _, err := r.enroll.Complete(r.ctx, caller, true); return err })
}

func linking(deliver string) func(*rig) (faultyCall, twofactor.Ref) {
	return func(r *rig) (faultyCall, twofactor.Ref) {
		withoutFactor(r)
		return enrolCall(func() error { _, err := r.enroll.Link(r.ctx, r.admin("acme"), acmeJane, deliver); return err }), acmeJane
	}
}

var ownCalls = map[string]func(*rig) (faultyCall, twofactor.Ref){
	"switch off": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		own, proof := r.person(r.selfService(p.ref)), twofactor.ProofInput{Code: p.code(r.clock())}
		return faultyCall{
			call: func() error { _, err := r.enroll.Disable(r.ctx, own, proof); return err },
			done: []twofactor.Code{twofactor.CodeNoFactor},
		}, p.ref
	},
	"new backup codes": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		own := r.person(r.selfService(p.ref))
		call := func() error {
			_, err := r.enroll.BackupCodes(r.ctx, own, twofactor.ProofInput{Code: p.code(r.clock())})
			return err
		}
		return faultyCall{call: call, again: func() error { r.nextStep(); return call() }}, p.ref
	},
	"forget a device": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		r.remember(p)
		own := r.person(r.selfService(p.ref))
		devices, err := r.enroll.Devices(r.ctx, own)
		r.ok(err)
		return enrolCall(func() error { return r.enroll.RemoveDevice(r.ctx, own, devices[0].ID) }), p.ref
	},
	"forget all devices": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		r.remember(p)
		own := r.person(r.selfService(p.ref))
		return enrolCall(func() error { return r.enroll.RemoveDevices(r.ctx, own) }), p.ref
	},
	"redeem": func(r *rig) (faultyCall, twofactor.Ref) {
		p := withFactor(r)
		assertion := r.approved(p, r.signIn(p.ref).Login, twofactor.MethodTOTP, p.code(r.clock()))
		return faultyCall{
			call: func() error {
				_, err := r.verify.Redeem(r.ctx, r.platform(), "acme", twofactor.RedeemInput{Assertion: assertion})
				return err
			},
			// Used up without an answer: the person signs in again.
			done: []twofactor.Code{twofactor.CodeAssertionUsed},
		}, p.ref
	},
	"activate now": func(r *rig) (faultyCall, twofactor.Ref) {
		withoutFactor(r)
		return enrolCall(func() error {
			_, err := r.verify.Activate(r.ctx, r.platform(), acmeJane, twofactor.ActivateNow)
			return err
		}), acmeJane
	},
	"activate later": func(r *rig) (faultyCall, twofactor.Ref) {
		withoutFactor(r)
		return faultyCall{
			call: func() error {
				_, err := r.verify.Activate(r.ctx, r.platform(), acmeJane, twofactor.ActivateLater)
				return err
			},
			counts: true,
		}, acmeJane
	},
}
