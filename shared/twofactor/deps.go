package twofactor

import (
	"io"
	"time"
)

// Deps is what use cases get from outside. A function that may not use a part
// has nil there.
type Deps struct {
	Store      Store
	Vault      Vault
	MailVault  MailVault
	Tokens     Tokens
	Signer     Signer
	Assertions AssertionReader
	// Now is the clock, in UTC.
	Now func() time.Time
	// Random is a cryptographic source.
	Random io.Reader
	// Issuer is the service's configured URL, without a slash at the end.
	Issuer string
}
