package twofactor

import (
	"errors"
	"fmt"
	"time"
)

// Code is the stable word that tells a client what went wrong (contract §2).
//
// When you add one: list it here, give it a status and a title in
// httpapi/errors.go, and add it to openapi.yaml. A test holds the three
// together.
type Code string

// The codes of contract §2.
const (
	CodeMalformed                Code = "malformed"
	CodeTooLarge                 Code = "too_large"
	CodeUnsupportedMediaType     Code = "unsupported_media_type"
	CodeUnauthenticated          Code = "unauthenticated"
	CodeTokenExpired             Code = "token_expired"
	CodeForbidden                Code = "forbidden"
	CodeActorRequired            Code = "actor_required"
	CodeSelfForbidden            Code = "self_forbidden"
	CodeApproverIsRequester      Code = "approver_is_requester"
	CodeReauthenticationRequired Code = "reauthentication_required"
	CodeActorNotEnrolled         Code = "actor_not_enrolled"
	CodeCodeWrong                Code = "code_wrong"
	CodeCodeReplayed             Code = "code_replayed"
	CodeBackupCodeWrong          Code = "backup_code_wrong"
	CodeEmailCodeWrong           Code = "email_code_wrong"
	CodeFactorDisabled           Code = "factor_disabled"
	CodeNotFound                 Code = "not_found"
	CodeTenantNotFound           Code = "tenant_not_found"
	CodeUserNotFound             Code = "user_not_found"
	CodeMethodNotAllowed         Code = "method_not_allowed"
	CodeNotAvailable             Code = "not_available"
	CodeOverriddenByTenantPolicy Code = "overridden_by_tenant_policy"
	CodeFactorAlreadyActive      Code = "factor_already_active"
	CodeNoFactor                 Code = "no_factor"
	CodeNoPendingEnrollment      Code = "no_pending_enrollment"
	CodeRequiredByPolicy         Code = "required_by_policy"
	CodeNotConfirmed             Code = "not_confirmed"
	CodeEmailNotVerified         Code = "email_not_verified"
	CodeAlreadyDecided           Code = "already_decided"
	CodeLastAdministrator        Code = "last_administrator"
	CodeHasClients               Code = "has_clients"
	CodeDeleting                 Code = "deleting"
	CodeConflict                 Code = "conflict"
	CodeLoginUsed                Code = "login_used"
	CodeLinkUsed                 Code = "link_used"
	CodeAssertionUsed            Code = "assertion_used"
	CodeDeferralExhausted        Code = "deferral_exhausted"
	CodeStale                    Code = "stale"
	CodeIfMatchRequired          Code = "if_match_required"
	CodeInvalid                  Code = "invalid"
	CodeEmailMissing             Code = "email_missing"
	CodeIdempotencyKeyReused     Code = "idempotency_key_reused"
	CodeThrottled                Code = "throttled"
	CodeRateLimited              Code = "rate_limited"
	CodeUnavailable              Code = "unavailable"
)

// Error is a refusal that a client may see. Detail is one plain sentence
// without anything internal or secret in it.
type Error struct {
	Code   Code
	Detail string

	// Fields says what is wrong where, for CodeInvalid and CodeMalformed.
	Fields []FieldError
	// RetryAt is when it makes sense to try again; zero when not known.
	RetryAt time.Time
	// AttemptsLeft counts the wrong codes that are left before a pause; nil
	// where it does not apply.
	AttemptsLeft *int
	// MaxAge is how old the actor's last check may be, for
	// CodeReauthenticationRequired.
	MaxAge time.Duration
	// Cause is what went wrong inside, for the log only; a client never sees
	// it.
	Cause error
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// FieldError says what is wrong with one member. Pointer is a JSON pointer
// (RFC 6901) into the body, or "/path/<name>", "/query/<name>" or
// "/header/<name>".
type FieldError struct {
	Pointer string
	Detail  string
}

// Error implements error. It holds the code and the detail, never a secret.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Detail }

// refuse makes an Error with a detail sentence.
func refuse(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// unavailable makes the Error for a part that did not answer; nothing was
// accepted.
func unavailable(cause error) *Error {
	return &Error{
		Code:   CodeUnavailable,
		Detail: "A part of the service did not answer. Nothing was accepted; try again.",
		Cause:  cause,
	}
}

// invalid makes the Error for one member with a bad value.
func invalid(pointer, format string, args ...any) *Error {
	detail := fmt.Sprintf(format, args...)
	return &Error{
		Code:   CodeInvalid,
		Detail: "A member has a value that is not allowed.",
		Fields: []FieldError{{Pointer: pointer, Detail: detail}},
	}
}

// under moves the pointers of a refusal below parent, where the members that
// it names are part of a larger body.
func under(parent string, err error) error {
	var refusal *Error
	if !errors.As(err, &refusal) || len(refusal.Fields) == 0 {
		return err
	}
	moved := *refusal
	moved.Fields = make([]FieldError, len(refusal.Fields))
	for i, f := range refusal.Fields {
		moved.Fields[i] = FieldError{Pointer: parent + f.Pointer, Detail: f.Detail}
	}
	return &moved
}

// CodeOf returns the code of a refusal anywhere in err's chain, or "" when err
// holds none.
func CodeOf(err error) Code {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return ""
}

// ErrBadToken is returned for a token or an assertion that this service did
// not make, or that was changed.
var ErrBadToken = errors.New("not a token of this service")
