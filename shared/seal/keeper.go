package seal

import (
	"time"

	"sallyport/shared/twofactor"
)

// Options is what a Keeper needs.
type Options struct {
	// Loader reads root keys and signing keys.
	Loader twofactor.Loader
	// Root opens root keys.
	Root Root
	// Now is the clock; ages are judged by its wall time.
	Now func() time.Time
	// Report hears that a key service is away while what is held goes on
	// working. It gets no secret. nil hears nothing.
	Report func(purpose twofactor.RootPurpose, err error)
	// Issuer is the service's configured URL: what an assertion's iss must be.
	Issuer string
}

// Keeper implements every interface of package twofactor that has to do with
// keys. Which of them a function can really use is decided by its rights on
// KMS. A Keeper is safe for concurrent use, and holds what it unwrapped for
// five minutes at most.
type Keeper struct {
	ring    *ring
	signing *lease[[]signingKey]
	now     func() time.Time
	root    Root
	issuer  string
}

var (
	_ twofactor.Vault           = (*Keeper)(nil)
	_ twofactor.MailVault       = (*Keeper)(nil)
	_ twofactor.Tokens          = (*Keeper)(nil)
	_ twofactor.Signer          = (*Keeper)(nil)
	_ twofactor.AssertionReader = (*Keeper)(nil)
	_ twofactor.Keyring         = (*Keeper)(nil)
)

// New returns a Keeper. It asks for nothing until the first call needs a key.
func New(o Options) *Keeper {
	if o.Report == nil {
		o.Report = func(twofactor.RootPurpose, error) {}
	}
	r := &ring{
		loader: o.Loader,
		root:   o.Root,
		now:    o.Now,
		report: o.Report,
		lists:  map[twofactor.RootPurpose]*lease[[]twofactor.RootKey]{},
		keys:   map[string]*lease[[]byte]{},
	}
	k := &Keeper{ring: r, now: o.Now, root: o.Root, issuer: o.Issuer}
	k.signing = newLease(r, twofactor.RootSigning, k.loadSigning)
	return k
}
