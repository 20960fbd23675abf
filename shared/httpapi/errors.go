package httpapi

import (
	"errors"
	"net/http"
	"time"

	"sallyport/shared/twofactor"
)

// meaning is what HTTP makes of a code.
type meaning struct {
	status int
	title  string
}

// meanings gives every code its status and title (contract §2). A test holds
// it against twofactor.Codes and openapi.yaml.
var meanings = map[twofactor.Code]meaning{
	twofactor.CodeMalformed:                {http.StatusBadRequest, "The request could not be read"},
	twofactor.CodeTooLarge:                 {http.StatusRequestEntityTooLarge, "The body is too large"},
	twofactor.CodeUnsupportedMediaType:     {http.StatusUnsupportedMediaType, "The body must be application/json in UTF-8"},
	twofactor.CodeUnauthenticated:          {http.StatusUnauthorized, "The credential is missing or not valid"},
	twofactor.CodeTokenExpired:             {http.StatusUnauthorized, "The token has expired"},
	twofactor.CodeForbidden:                {http.StatusForbidden, "This is not allowed"},
	twofactor.CodeActorRequired:            {http.StatusForbidden, "This call needs an actor"},
	twofactor.CodeSelfForbidden:            {http.StatusForbidden, "Nobody may do this for oneself"},
	twofactor.CodeApproverIsRequester:      {http.StatusForbidden, "Somebody else must decide this"},
	twofactor.CodeReauthenticationRequired: {http.StatusForbidden, "The actor must sign in again"},
	twofactor.CodeActorNotEnrolled:         {http.StatusForbidden, "The actor needs a second factor first"},
	twofactor.CodeCodeWrong:                {http.StatusForbidden, "The code is wrong"},
	twofactor.CodeCodeReplayed:             {http.StatusForbidden, "The code was used before"},
	twofactor.CodeBackupCodeWrong:          {http.StatusForbidden, "The backup code is wrong"},
	twofactor.CodeEmailCodeWrong:           {http.StatusForbidden, "The code from the mail is wrong"},
	twofactor.CodeFactorDisabled:           {http.StatusForbidden, "The factor is disabled"},
	twofactor.CodeNotFound:                 {http.StatusNotFound, "There is nothing here"},
	twofactor.CodeTenantNotFound:           {http.StatusNotFound, "There is no such tenant"},
	twofactor.CodeUserNotFound:             {http.StatusNotFound, "There is no such user"},
	twofactor.CodeMethodNotAllowed:         {http.StatusMethodNotAllowed, "The method is not allowed here"},
	twofactor.CodeNotAvailable:             {http.StatusConflict, "Two-factor authentication is off for this tenant"},
	twofactor.CodeOverriddenByTenantPolicy: {http.StatusConflict, "The tenant's policy decides this"},
	twofactor.CodeFactorAlreadyActive:      {http.StatusConflict, "There is an active factor"},
	twofactor.CodeNoFactor:                 {http.StatusConflict, "There is no active factor"},
	twofactor.CodeNoPendingEnrollment:      {http.StatusConflict, "No enrolment is pending"},
	twofactor.CodeRequiredByPolicy:         {http.StatusConflict, "The policy requires a second factor"},
	twofactor.CodeNotConfirmed:             {http.StatusConflict, "The enrolment is not confirmed"},
	twofactor.CodeEmailNotVerified:         {http.StatusConflict, "The mailbox is not proved"},
	twofactor.CodeAlreadyDecided:           {http.StatusConflict, "This was decided before"},
	twofactor.CodeLastAdministrator:        {http.StatusConflict, "Nobody would be left to decide resets"},
	twofactor.CodeHasClients:               {http.StatusConflict, "The tenant has clients"},
	twofactor.CodeDeleting:                 {http.StatusConflict, "The tenant is being deleted"},
	twofactor.CodeConflict:                 {http.StatusConflict, "Something changed meanwhile"},
	twofactor.CodeLoginUsed:                {http.StatusGone, "The login is over"},
	twofactor.CodeLinkUsed:                 {http.StatusGone, "The link is spent"},
	twofactor.CodeAssertionUsed:            {http.StatusGone, "The assertion was redeemed before"},
	twofactor.CodeDeferralExhausted:        {http.StatusGone, "It cannot be put off any more"},
	twofactor.CodeStale:                    {http.StatusPreconditionFailed, "It was changed meanwhile"},
	twofactor.CodeIfMatchRequired:          {http.StatusPreconditionRequired, "The header If-Match is needed"},
	twofactor.CodeInvalid:                  {http.StatusUnprocessableEntity, "A value is not allowed"},
	twofactor.CodeEmailMissing:             {http.StatusUnprocessableEntity, "The user has no address"},
	twofactor.CodeIdempotencyKeyReused:     {http.StatusUnprocessableEntity, "The idempotency key was used with another body"},
	twofactor.CodeThrottled:                {http.StatusTooManyRequests, "Too many wrong codes"},
	twofactor.CodeRateLimited:              {http.StatusTooManyRequests, "Too many requests"},
	twofactor.CodeUnavailable:              {http.StatusServiceUnavailable, "The service cannot answer now"},
}

// unavailableFor is when a client should try again after a failure inside.
const unavailableFor = 5 * time.Second

// refusalOf turns any error into what a client may see of it. Only a
// *twofactor.Error speaks for itself; everything else says no more than that
// nothing was accepted.
func refusalOf(err error, now time.Time) *twofactor.Error {
	var refusal *twofactor.Error
	if errors.As(err, &refusal) && meanings[refusal.Code].status != 0 {
		if refusal.Code == twofactor.CodeUnavailable && refusal.RetryAt.IsZero() {
			return unavailable(now)
		}
		return refusal
	}
	var conflict *twofactor.ConflictError
	if errors.As(err, &conflict) {
		return &twofactor.Error{Code: twofactor.CodeConflict, Detail: "The records changed meanwhile. Nothing was decided; repeat the call."}
	}
	return unavailable(now)
}

func unavailable(now time.Time) *twofactor.Error {
	return &twofactor.Error{
		Code:    twofactor.CodeUnavailable,
		Detail:  "Something that this call needs did not answer. Nothing was accepted; repeat the call.",
		RetryAt: now.Add(unavailableFor),
	}
}
