package seal

import (
	"context"
	"fmt"

	"sallyport/shared/twofactor"
)

// keySize is the length of every symmetric key here: AES-256.
const keySize = 32

// Root wraps root keys: KMS in a deployed service, a key file on a
// developer's machine. What was wrapped for one purpose opens for no other.
type Root interface {
	// NewKey makes a random key of 32 bytes and returns it in the clear and
	// wrapped.
	NewKey(ctx context.Context, purpose twofactor.RootPurpose) (plain, wrapped []byte, err error)
	// Unwrap opens a key that NewKey wrapped for the same purpose.
	Unwrap(ctx context.Context, purpose twofactor.RootPurpose, wrapped []byte) (plain []byte, err error)
}

// notNow turns any trouble with keys into "not now": nothing was decided, and
// nobody may be let in or charged for it. The cause is for the log.
func notNow(what string, cause error) error {
	return &twofactor.Error{
		Code:   twofactor.CodeUnavailable,
		Detail: "A key that this call needs is not at hand. Nothing was accepted; try again.",
		Cause:  fmt.Errorf("%s: %w", what, cause),
	}
}
