package seal

import (
	"context"
	"errors"

	"sallyport/shared/twofactor"
)

// envelopeVersion is the first byte of an envelope.
const envelopeVersion = 1

var errEnvelope = errors.New("it is not an envelope of this service")

// wrap seals plain under the sealing root key of a purpose. The answer is
// version, length of the key id, key id, and what sealWith gives; version and
// key id are bound too.
func (r *ring) wrap(ctx context.Context, purpose twofactor.RootPurpose, use string, plain []byte, bound ...string) ([]byte, error) {
	root, err := r.sealing(ctx, purpose)
	if err != nil {
		return nil, err
	}
	head := append([]byte{envelopeVersion, byte(len(root.id))}, root.id...)
	sealed, err := sealWith(root.key, use, plain, append([]string{string(head)}, bound...)...)
	if err != nil {
		return nil, err
	}
	return append(head, sealed...), nil
}

// unwrapped opens what wrap sealed for the same purpose, use and owner.
func (r *ring) unwrapped(ctx context.Context, purpose twofactor.RootPurpose, use string, envelope []byte, bound ...string) ([]byte, error) {
	if len(envelope) < 2 || envelope[0] != envelopeVersion || len(envelope) < 2+int(envelope[1]) {
		return nil, errEnvelope
	}
	head, sealed := envelope[:2+int(envelope[1])], envelope[2+int(envelope[1]):]
	root, err := r.opening(ctx, purpose, string(head[2:]))
	if err != nil {
		return nil, err
	}
	return openWith(root.key, use, sealed, append([]string{string(head)}, bound...)...)
}
