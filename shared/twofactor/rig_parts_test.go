package twofactor_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"sallyport/shared/twofactor"
)

// errKeysAway is what the key service answers while it is away.
var errKeysAway = errors.New("the key service is away")

// countingVault is a vault that can be away, and counts what it is asked for.
type countingVault struct {
	twofactor.Vault
	away   atomic.Bool
	calls  atomic.Int64
	hashes atomic.Int64
}

func (v *countingVault) NewDataKey(ctx context.Context, tenant string) (twofactor.SecretBytes, error) {
	v.calls.Add(1)
	if v.away.Load() {
		return nil, errKeysAway
	}
	return v.Vault.NewDataKey(ctx, tenant)
}

func (v *countingVault) OpenDataKey(ctx context.Context, tenant string, wrapped twofactor.SecretBytes) (twofactor.DataKey, error) {
	v.calls.Add(1)
	if v.away.Load() {
		return nil, errKeysAway
	}
	key, err := v.Vault.OpenDataKey(ctx, tenant, wrapped)
	return countingKey{key, v}, err
}

type countingKey struct {
	twofactor.DataKey
	vault *countingVault
}

func (k countingKey) HashBackupCode(code twofactor.Secret, bind twofactor.Binding) twofactor.BackupHash {
	k.vault.hashes.Add(1)
	return k.DataKey.HashBackupCode(code, bind)
}

// switchedSigner is a signer that can be away.
type switchedSigner struct {
	twofactor.Signer
	away atomic.Bool
}

func (s *switchedSigner) Ready(ctx context.Context) (twofactor.SignFunc, error) {
	if s.away.Load() {
		return nil, errKeysAway
	}
	return s.Signer.Ready(ctx)
}

// asRefusal is errors.As for a refusal.
func asRefusal(err error, refusal **twofactor.Error) bool { return errors.As(err, refusal) }

// linkToken is the fragment of an enrolment link.
func linkToken(url twofactor.Secret) twofactor.Secret {
	_, token, _ := strings.Cut(url.Reveal(), "#")
	return twofactor.Secret(token)
}
