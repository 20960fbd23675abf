// Package totp makes and matches time-based one-time passwords (RFC 6238) on
// top of pquerna/otp, and shows a secret to an authenticator app as a key URI
// and a QR code.
//
// It narrows the RFC on purpose: SHA-1, six digits and 30 seconds are what
// every authenticator app takes. pquerna/otp answers only yes or no; Match
// returns the step that matched, because replay is refused by remembering it.
package totp

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// Period is the length of a time step in seconds.
const Period = 30

// Digits is the length of a code.
const Digits = 6

// secretSize is 160 bits, as RFC 4226 §4 R6 recommends.
const secretSize = 20

// Step returns the time step of t: whole periods since 1970. A time before
// that has step 0.
func Step(t time.Time) uint64 {
	seconds := t.Unix()
	if seconds < 0 {
		return 0
	}
	return uint64(seconds) / Period
}

// Code returns the six digits that secret shows in a step.
func Code(secret []byte, step uint64) string {
	code, err := hotp.GenerateCodeCustom(Base32(secret), step, hotp.ValidateOpts{
		Digits:    otp.DigitsSix,
		Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		// The only error is a secret that is not base32, and ours is.
		return ""
	}
	return code
}

// Match reports whether code is the one of now or of a step at most skew
// away, and of which step. All candidates are computed and compared in
// constant time, so the time it takes says nothing about the outcome; where
// several match, the newest step counts.
func Match(secret []byte, code string, now time.Time, skew int) (step uint64, ok bool) {
	if !ValidShape(code) {
		return 0, false
	}
	found := 0
	current := Step(now)
	for offset := -skew; offset <= skew; offset++ {
		candidate := current + uint64(int64(offset))
		if offset < 0 && current < uint64(-offset) {
			continue
		}
		equal := subtle.ConstantTimeCompare([]byte(code), []byte(Code(secret, candidate)))
		mask := -uint64(equal)
		step = step&^mask | candidate&mask
		found |= equal
	}
	return step, found == 1
}

// ValidShape reports whether code is exactly six ASCII digits. It must be
// asked before anything else looks at a code: pquerna/otp trims spaces, and
// then one code has many spellings.
func ValidShape(code string) bool {
	if len(code) != Digits {
		return false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return true
}

// NewSecret reads a new secret of 160 bits from random.
func NewSecret(random io.Reader) ([]byte, error) {
	secret := make([]byte, secretSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("read a TOTP secret: %w", err)
	}
	return secret, nil
}

// Base32 writes a secret as apps take it typed in: upper case, no padding.
func Base32(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}
