package model

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"sallyport/shared/twofactor"
)

func stepOf(now time.Time) int64 { return now.Unix() / 30 }

// appCode is what an authenticator app shows in a time step (RFC 4226 and
// 6238).
func appCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1000000)
}

// matches finds the latest step of the window in which the app shows a code;
// 0 for none.
func matches(secret []byte, code string, now time.Time, skew int) int64 {
	for step := stepOf(now) + int64(skew); step >= stepOf(now)-int64(skew); step-- {
		if appCode(secret, step) == code {
			return step
		}
	}
	return 0
}

// proof is a code that somebody typed.
type proof struct {
	method twofactor.Method
	code   string
}

func (p proof) real() twofactor.ProofInput {
	return twofactor.ProofInput{Method: p.method, Code: twofactor.Secret(p.code)}
}

// kind is the method that is meant.
func (p proof) kind() twofactor.Method {
	if p.method == "" {
		return twofactor.MethodTOTP
	}
	return p.method
}

// wellFormed is the shape that anything else looks at.
func (p proof) wellFormed() bool {
	if p.method == twofactor.MethodBackupCode {
		return len(plain(p.code)) == 24
	}
	return len(p.code) == 6 && strings.Trim(p.code, "0123456789") == ""
}

// plain is a backup code as it counts.
func plain(code string) string { return strings.ReplaceAll(code, "-", "") }

// verdict is what becomes of a code.
type verdict struct {
	refusals refusals
	// counted: a wrong code that the throttle counts.
	counted bool
	step    int64
}

// judge says what a code is worth now; it changes nothing.
func (u *user) judge(p proof, now time.Time) verdict {
	f := u.factor
	lock := f.lock(now)
	backup := p.method == twofactor.MethodBackupCode
	switch {
	case lock.paused, lock.long && !backup && !f.disabled:
		return verdict{refusals: refusals{twofactor.CodeThrottled}}
	case f.disabled && !backup:
		return verdict{refusals: refusals{twofactor.CodeFactorDisabled}}
	case backup && u.tenant.policy.BackupCodes == 0:
		// Codes that an earlier policy gave do not count either.
		return verdict{refusals: refusals{twofactor.CodeBackupCodeWrong}, counted: true}
	case backup && f.used[plain(p.code)]:
		return verdict{refusals: refusals{twofactor.CodeCodeReplayed}}
	case backup && !slices.Contains(f.backup, plain(p.code)):
		return verdict{refusals: refusals{twofactor.CodeBackupCodeWrong}, counted: true}
	case backup:
		return verdict{}
	}
	step := matches(f.secret, p.code, now, u.skew())
	switch {
	case step == 0:
		return verdict{refusals: refusals{twofactor.CodeCodeWrong}, counted: true}
	case step <= f.lastStep:
		return verdict{refusals: refusals{twofactor.CodeCodeReplayed}}
	}
	return verdict{step: step}
}

// accept takes a right code: it is spent, and cancels an open request.
func (u *user) accept(p proof, v verdict, now time.Time) {
	u.factor.hit(now)
	u.request = nil
	if p.method == twofactor.MethodBackupCode {
		u.factor.used[plain(p.code)] = true
		u.factor.disabled = false
		return
	}
	u.factor.lastStep = v.step
}
