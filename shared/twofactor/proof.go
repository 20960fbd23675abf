package twofactor

import (
	"context"
	"strconv"
	"strings"
	"time"

	"sallyport/shared/totp"
)

// ProofInput is a code that proves the current factor.
type ProofInput struct {
	// Method is MethodTOTP when empty.
	Method Method
	// Code is what the person typed; "" when nothing was sent.
	Code Secret
}

// backupCodeLength is the length of a backup code without its hyphens: 24
// characters of base 32 are 120 bits.
const backupCodeLength = 24

// canonical checks the shape of a code before anything else looks at it, and
// gives the one form that is compared and burnt. A wrong shape is CodeInvalid
// and charges nothing.
func (in ProofInput) canonical() (ProofInput, error) {
	switch in.Method {
	case "", MethodTOTP:
		if !totp.ValidShape(in.Code.Reveal()) {
			return in, invalid("/code", "A code from the app is exactly six digits.")
		}
		return ProofInput{Method: MethodTOTP, Code: in.Code}, nil
	case MethodBackupCode:
		code, ok := canonicalBackupCode(in.Code.Reveal())
		if !ok {
			return in, invalid("/code", "A backup code is 24 letters and digits, in groups of four.")
		}
		return ProofInput{Method: MethodBackupCode, Code: Secret(code)}, nil
	}
	return in, invalid("/method", `The method is "totp" or "backup_code".`)
}

// canonicalBackupCode forgives case, hyphens, spaces, O for 0 and I or L for
// 1.
func canonicalBackupCode(s string) (string, bool) {
	const longestTyped = 64
	if len(s) > longestTyped {
		return "", false
	}
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch r {
		case '-', ' ':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(crockford, r) {
			return "", false
		}
		b.WriteRune(r)
	}
	return b.String(), b.Len() == backupCodeLength
}

// proof is what one code did to the auth record.
type proof struct {
	// refusal is nil when the code was right.
	refusal *Error
	// write is true when next must be committed: for a right code as for a
	// wrong one. Without it nothing changed.
	write bool
	next  Auth
	// method that was tried; mails that the attempt asks for.
	method Method
	mails  []MailKind
}

// err is the refusal as an error; nil when the code was right.
func (p proof) err() error {
	if p.refusal == nil {
		return nil
	}
	return p.refusal
}

// factorKey opens what is needed to judge codes of a user: his TOTP key and
// the tenant's data key.
type factorKey struct {
	secret []byte
	data   DataKey
	bind   Binding
	// noBackup is true where the policy has no backup codes: those of an
	// earlier policy do not count either.
	noBackup bool
}

func binding(a *Auth, generation uint64) Binding {
	return Binding{Ref: a.Ref, Incarnation: a.Incarnation, Generation: generation}
}

// openFactor opens the keys of the person's factor.
func (d Deps) openFactor(ctx context.Context, p *person) (factorKey, error) {
	data, err := d.openTenant(ctx, p.tenant)
	if err != nil {
		return factorKey{}, err
	}
	bind := binding(p.user, p.user.Generation)
	secret, err := data.Open(p.user.Factor.Secret, bind)
	if err != nil {
		return factorKey{}, unavailable(err)
	}
	return factorKey{secret: secret, data: data, bind: bind, noBackup: p.policy().BackupCodes == 0}, nil
}

// prove judges one code against the user's factor, with the throttle. It is
// pure and does the same work for a right code as for a wrong one.
func prove(a *Auth, key factorKey, skew int, in ProofInput, now time.Time) proof {
	p := proof{method: in.Method, next: *a}
	held := a.lock(now)
	backup := in.Method == MethodBackupCode
	if held.Paused || (!backup && (held.Long || a.Factor.Disabled)) {
		p.refusal = lockedOut(a, held)
		return p
	}
	factor := *a.Factor
	p.next.Factor = &factor
	if backup {
		return p.backup(a, key, in.Code, now)
	}
	step, ok := totp.Match(key.secret, in.Code.Reveal(), now, skew)
	switch {
	case ok && step > factor.LastStep:
		factor.LastStep = step
		p.accept(now)
	case ok:
		p.refusal = refuse(CodeCodeReplayed, "This code was used already; wait for the next one.")
	default:
		p.wrong(a, now, CodeCodeWrong, "The code is not right.")
	}
	return p
}

func (p proof) backup(a *Auth, key factorKey, code Secret, now time.Time) proof {
	hash := key.data.HashBackupCode(code, key.bind)
	i := a.Factor.findBackup(hash)
	if key.noBackup {
		i = -1
	}
	switch {
	case i >= 0 && !a.Factor.spent(i):
		p.next.Factor.Spent |= 1 << i
		p.next.Factor.Disabled = false
		p.mails = append(p.mails, MailBackupCodeUsed)
		p.accept(now)
	case i >= 0:
		p.refusal = refuse(CodeCodeReplayed, "This backup code was used already.")
	default:
		p.wrong(a, now, CodeBackupCodeWrong, "The backup code is not right.")
	}
	return p
}

func (p *proof) accept(now time.Time) {
	p.write = true
	p.next.Attempts = p.next.Attempts.afterRight()
	p.next.Factor.LastVerifiedAt = now
	// A right code while a reset request is open cancels it (contract §4.4).
	// One that has expired ended by itself: nobody hears of it.
	if p.next.openReset(now) != nil {
		p.mails = append(p.mails, MailResetCancelled)
	}
	p.next.OpenReset = nil
}

func (p *proof) wrong(a *Auth, now time.Time, code Code, detail string) {
	next, warn, disable := a.Attempts.afterWrong(now)
	p.write = true
	p.next.Attempts = next
	if warn {
		p.mails = append(p.mails, MailTooManyWrongCodes)
	}
	if disable {
		p.next.Factor.Disabled = true
		p.mails = append(p.mails, MailFactorDisabled)
	}
	left := next.left()
	p.refusal = refuse(code, "%s", detail)
	p.refusal.AttemptsLeft = &left
	p.refusal.RetryAt = p.next.lock(now).RetryAt
}

// lockedOut is the refusal while nothing, or only a backup code, is accepted.
func lockedOut(a *Auth, held lock) *Error {
	if a.Factor.Disabled && !held.Paused {
		return refuse(CodeFactorDisabled, "Too many wrong codes disabled the factor. A backup code or an administrator helps.")
	}
	e := refuse(CodeThrottled, "There were too many wrong codes. Try again later.")
	e.RetryAt = held.RetryAt
	return e
}

// record completes the event of a proof: the type is what happened besides,
// EventCodeWrong for a wrong code.
func (p proof) record(e *Event) {
	e.Detail["method"] = string(p.method)
	e.AskMail(p.mails...)
	if p.method == MethodBackupCode && p.refusal == nil {
		e.Detail[DetailCodesLeft] = strconv.Itoa(p.next.Factor.codesLeft())
	}
}
