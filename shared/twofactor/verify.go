package twofactor

import (
	"context"
	"time"
)

// CodeInput is a code at login.
type CodeInput struct {
	Method         Method
	Code           Secret
	RememberDevice bool
}

// The results of a right code.
const (
	ResultApproved    = "approved"
	ResultFactorReset = "factor_reset"
)

// VerifyAnswer is what a right code gives (contract §4.2).
type VerifyAnswer struct {
	Result          string
	Assertion       Secret
	ExpiresAt       time.Time
	DeviceToken     Secret
	DeviceExpiresAt time.Time
	BackupCodesLeft int
	// LoginID and Login are there for ResultFactorReset: a new token for the
	// same login, which may enrol.
	LoginID string
	Login   Secret
}

// Code judges a code. It reads once, decides with a pure function, writes
// once, for a wrong code as for a right one, and answers only after the
// write. The signing key is at hand before, so that no code is burnt for
// nothing.
func (v *Verify) Code(ctx context.Context, c Caller, in CodeInput) (VerifyAnswer, error) {
	token, err := mayUse(c, TokenLogin)
	if err != nil {
		return VerifyAnswer{}, err
	}
	code, err := ProofInput{Method: in.Method, Code: in.Code}.canonical()
	if err != nil {
		return VerifyAnswer{}, err
	}
	sign, err := v.Signer.Ready(ctx)
	if err != nil {
		return VerifyAnswer{}, unavailable(err)
	}
	var try verifyTry
	err = v.settle(ctx, func(ctx context.Context, lost *ConflictError) (Commit, error) {
		try, err = v.tryCode(ctx, c, token, code, try.person, lost)
		return try.commit, err
	})
	if err != nil {
		return VerifyAnswer{}, err
	}
	return v.verified(ctx, c, token, in, try, sign)
}

// verifyTry is one try at judging a code.
type verifyTry struct {
	person *person
	proof  proof
	key    factorKey
	commit Commit
}

// reset says that a right backup code turned into a reset of the factor.
func (t verifyTry) reset() bool {
	return t.proof.method == MethodBackupCode && t.person.policy().Recovery == RecoveryReset
}

func (v *Verify) tryCode(ctx context.Context, c Caller, token *Token, code ProofInput, before *person, lost *ConflictError) (verifyTry, error) {
	p, err := v.reload(ctx, token, before, lost)
	if err != nil {
		return verifyTry{}, err
	}
	try := verifyTry{person: p}
	if err := p.mayVerify(v.Now()); err != nil {
		return try, err
	}
	if try.key, err = v.openFactor(ctx, p); err != nil {
		return try, err
	}
	try.proof = prove(p.user, try.key, p.policy().SkewSteps, code, v.Now())
	// A code that was accepted already is told so on any token; all else
	// needs a login that is open.
	if closed := p.openLogin(); closed != nil && CodeOf(try.proof.err()) != CodeCodeReplayed {
		return try, closed
	}
	if !try.proof.write {
		return try, try.proof.refusal
	}
	try.commit, err = v.verifyCommit(c, token, try)
	return try, err
}

// reload loads the person, or takes the auth record that stood in the way of
// the last try: a lost race costs no read.
func (d Deps) reload(ctx context.Context, token *Token, before *person, lost *ConflictError) (*person, error) {
	if before == nil || lost == nil {
		return d.loadPerson(ctx, token)
	}
	user, ok := lost.Current.(*Auth)
	if !ok || user == nil {
		return d.loadPerson(ctx, token)
	}
	if user.Incarnation != token.Incarnation {
		return nil, notThere()
	}
	next := *before
	next.user = user
	return &next, next.admit()
}

// mayVerify refuses what no code can help, before anything is charged.
func (p *person) mayVerify(now time.Time) error {
	if p.user.Factor == nil {
		if p.user.Generation != p.token.Generation {
			return p.openLogin()
		}
		return refuse(CodeNoFactor, "There is no factor to verify; enrol first.")
	}
	if p.decide(now).State == StateNotAvailable {
		return notAvailable()
	}
	return nil
}

// verifyCommit is the one write of a verify: state, throttle and event.
func (v *Verify) verifyCommit(c Caller, token *Token, try verifyTry) (Commit, error) {
	t := EventCodeAccepted
	if try.proof.refusal != nil {
		t = EventCodeWrong
	}
	e, err := v.event(c, t, token.Ref)
	if err != nil {
		return Commit{}, err
	}
	try.proof.record(e)
	next := try.proof.next
	if try.proof.refusal == nil {
		next.Logins = next.Logins.with(token.LoginID, token.IssuedAt)
		if try.reset() {
			next.unbind()
			next.ResetMark = true
			next.Logins = try.person.user.Logins
			e.Type = EventFactorReset
			e.AskMail(MailFactorRemoved)
		}
	}
	return Commit{Event: e, Put: []Record{&next}}, nil
}

// verified answers after the write.
func (v *Verify) verified(ctx context.Context, c Caller, token *Token, in CodeInput, try verifyTry, sign SignFunc) (VerifyAnswer, error) {
	if try.proof.refusal != nil {
		return VerifyAnswer{}, try.proof.refusal
	}
	next := try.commit.Put[0].(*Auth)
	if try.reset() {
		return v.resetAnswer(ctx, token, next)
	}
	stated := v.assertionFor(token, next, amrOfMethod(try.proof.method))
	assertion, err := sign(stated)
	if err != nil {
		return VerifyAnswer{}, unavailable(err)
	}
	answer := VerifyAnswer{
		Result: ResultApproved, Assertion: assertion, ExpiresAt: stated.ExpiresAt,
		BackupCodesLeft: next.Factor.codesLeft(),
	}
	if in.RememberDevice && try.proof.method == MethodTOTP {
		answer.DeviceToken, answer.DeviceExpiresAt = v.remember(ctx, c, try, next)
	}
	return answer, nil
}

// resetAnswer gives a new token for the same login; it may enrol without
// further proof.
func (v *Verify) resetAnswer(ctx context.Context, token *Token, next *Auth) (VerifyAnswer, error) {
	id, err := v.newID()
	if err != nil {
		return VerifyAnswer{}, err
	}
	fresh := *token
	fresh.ID = id
	fresh.Generation = next.Generation
	fresh.Purpose = PurposeLogin
	fresh.BackupCode = true
	fresh.ExpiresAt = v.Now().Add(loginEnrollLife)
	sealed, err := v.Tokens.SealToken(ctx, fresh)
	if err != nil {
		return VerifyAnswer{}, unavailable(err)
	}
	return VerifyAnswer{
		Result: ResultFactorReset, LoginID: token.LoginID, Login: sealed, ExpiresAt: fresh.ExpiresAt,
	}, nil
}

// remember adds a device, in a write of its own. The code was right whatever
// becomes of it: without the write there is just no device token.
func (v *Verify) remember(ctx context.Context, c Caller, try verifyTry, user *Auth) (Secret, time.Time) {
	days := try.person.policy().RememberDeviceDays
	if days == 0 {
		return "", time.Time{}
	}
	id, err := v.newID()
	if err != nil {
		return "", time.Time{}
	}
	now := v.Now()
	device := Device{
		ID: id, Turn: 1, TurnedAt: now, CreatedAt: now, LastUsedAt: now,
		ExpiresAt: now.AddDate(0, 0, days), UserAgent: clip(c.UserAgent, MaxUserAgent),
	}
	err = v.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		return v.addDevice(ctx, c, user, device, days)
	})
	if err != nil {
		return "", time.Time{}
	}
	return deviceToken(try.key.data, try.key.bind, id, device.Turn), device.ExpiresAt
}

func (v *Verify) addDevice(ctx context.Context, c Caller, user *Auth, device Device, days int) (Commit, error) {
	found, err := v.load(ctx, Want{Key: DevicesKey(user.Ref)})
	if err != nil {
		return Commit{}, err
	}
	e, err := v.event(c, EventDeviceAdded, user.Ref)
	if err != nil {
		return Commit{}, err
	}
	e.Detail["device"] = device.ID
	next := Get[Devices](found, DevicesKey(user.Ref)).living(user, days, v.Now()).added(device)
	return Commit{Event: e, Put: []Record{next}}, nil
}
