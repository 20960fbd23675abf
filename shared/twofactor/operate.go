package twofactor

import (
	"context"
	"fmt"
	"slices"
)

// Keyring makes the keys that Operate puts into the table. Every error means
// "not now".
type Keyring interface {
	// NewRootKey makes a root key, wrapped by KMS. CreatedAt is left to the
	// caller.
	NewRootKey(ctx context.Context, purpose RootPurpose) (RootKey, error)
	// NewSigningKey makes an ES256 key whose private half is wrapped under the
	// root keys for signing, which must be in the table. All times are left
	// to the caller.
	NewSigningKey(ctx context.Context) (SigningKey, error)
}

// Operate is what the operator does by hand, and a schedule every hour: it
// keeps the service's own keys, and makes the first API key.
type Operate struct {
	Deps
	Keyring Keyring
}

// NewOperate makes an Operate.
func NewOperate(deps Deps, keyring Keyring) *Operate {
	return &Operate{Deps: deps, Keyring: keyring}
}

// The values of OperateInput.Do.
const (
	// OperatePrepare makes root keys and signing keys that are missing, and
	// rotates those whose time has come. It is safe to repeat and to run twice
	// at once.
	OperatePrepare = "prepare"
	// OperateCreateKey makes an API key; the first one can come from nowhere
	// else.
	OperateCreateKey = "create_key"
)

// OperateInput says what to do. All but Do is for OperateCreateKey.
type OperateInput struct {
	Do       string
	Name     string
	Audience string
	Scopes   []Scope
	Tenants  []string
}

// OperateAnswer says what was done.
type OperateAnswer struct {
	// Made names the keys that were made or retired, in plain words.
	Made []string
	// KeyID and Key are the new API key; Key is shown this once.
	KeyID string
	Key   Secret
}

// rootPurposes lists every purpose that needs root keys.
var rootPurposes = []RootPurpose{RootTenant, RootToken, RootSigning, RootMail}

// Run does what in.Do says. It fails with CodeInvalid for a bad input and
// CodeUnavailable when the store or the key service did not answer; what was
// done until then stands, and repeating goes on from there.
func (o *Operate) Run(ctx context.Context, in OperateInput) (OperateAnswer, error) {
	switch in.Do {
	case OperatePrepare:
		return o.prepare(ctx)
	case OperateCreateKey:
		return o.createKey(ctx, in)
	}
	return OperateAnswer{}, invalid("/do", "It must be %q or %q.", OperatePrepare, OperateCreateKey)
}

// prepare makes root keys first: signing keys are wrapped under one of them.
func (o *Operate) prepare(ctx context.Context) (answer OperateAnswer, err error) {
	for _, purpose := range rootPurposes {
		made, err := o.prepareRoot(ctx, purpose)
		if err != nil {
			return answer, err
		}
		answer.Made = append(answer.Made, made...)
	}
	made, err := o.prepareSigning(ctx)
	answer.Made = append(answer.Made, made...)
	return answer, err
}

// prepareRoot adds a root key where one is due.
func (o *Operate) prepareRoot(ctx context.Context, purpose RootPurpose) (made []string, err error) {
	err = o.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		made = nil
		found, err := o.load(ctx, Want{Key: RootKeysKey(purpose)})
		if err != nil {
			return Commit{}, err
		}
		record := Get[RootKeys](found, RootKeysKey(purpose))
		if record == nil {
			record = &RootKeys{Purpose: purpose}
		}
		if !rootDue(record.Keys, o.Now()) {
			return Commit{}, nil
		}
		key, err := o.Keyring.NewRootKey(ctx, purpose)
		if err != nil {
			return Commit{}, err
		}
		key.CreatedAt = o.Now()
		record.Keys = append(record.Keys, key)
		made = []string{fmt.Sprintf("made root key %s for purpose %s", key.ID, purpose)}
		return Commit{Put: []Record{record}}, nil
	})
	return made, err
}

// prepareSigning retires, drops and makes signing keys as rotateSigning says.
func (o *Operate) prepareSigning(ctx context.Context) (made []string, err error) {
	err = o.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		made = nil
		found, err := o.load(ctx, Want{Key: SigningKeysKey()})
		if err != nil {
			return Commit{}, err
		}
		record := Get[SigningKeys](found, SigningKeysKey())
		if record == nil {
			record = &SigningKeys{}
		}
		kept, missing, changed := rotateSigning(record.Keys, o.Now())
		if !changed {
			return Commit{}, nil
		}
		for _, from := range missing {
			key, err := o.Keyring.NewSigningKey(ctx)
			if err != nil {
				return Commit{}, err
			}
			key.CreatedAt, key.ActiveFrom = o.Now(), from
			kept = append(kept, key)
			made = append(made, fmt.Sprintf("made signing key %s, which signs from %s", key.ID, from.UTC().Format("2006-01-02 15:04")))
		}
		made = append(made, retirements(record.Keys, kept)...)
		record.Keys = kept
		return Commit{Put: []Record{record}}, nil
	})
	return made, err
}

// retirements says which keys were retired or dropped.
func retirements(before, after []SigningKey) (words []string) {
	for _, old := range before {
		i := slices.IndexFunc(after, func(k SigningKey) bool { return k.ID == old.ID })
		switch {
		case i < 0:
			words = append(words, "dropped signing key "+old.ID)
		case old.RetiredAt.IsZero() && !after[i].RetiredAt.IsZero():
			words = append(words, "retired signing key "+old.ID)
		}
	}
	return words
}
