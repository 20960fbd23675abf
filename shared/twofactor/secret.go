package twofactor

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
)

const redacted = "[redacted]"

// Secret is a string that must never be printed: a code, a token, a set-up
// key. Every way of formatting it gives "[redacted]"; Reveal gives the value.
type Secret string

// Reveal returns the value. Call it only where the value leaves for its owner
// or enters a cryptographic function.
func (s Secret) Reveal() string { return string(s) }

// Format implements [fmt.Formatter] for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText keeps the value out of JSON and out of anything else that
// marshals text. The HTTP layer reveals what an answer really shows.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// SecretBytes is Secret for bytes: a TOTP key, a hash, a wrapped key.
type SecretBytes []byte

// Reveal returns the bytes themselves, not a copy.
func (s SecretBytes) Reveal() []byte { return s }

// Format implements [fmt.Formatter] for every verb.
func (SecretBytes) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText keeps the bytes out of JSON.
func (SecretBytes) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements [slog.LogValuer].
func (SecretBytes) LogValue() slog.Value { return slog.StringValue(redacted) }

// sameSecret compares in constant time.
func sameSecret(a, b Secret) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
