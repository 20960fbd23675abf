package dynamo

import (
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"sallyport/shared/twofactor"
)

// failure is an error of the store. Its text names the operation and the
// service's code for the cause, never a table, a key or a value; the cause
// itself stays in the chain.
type failure struct {
	operation string
	outcome   error
	cause     error
}

func failed(operation string, outcome, cause error) error {
	return &failure{operation: operation, outcome: outcome, cause: cause}
}

// Error implements error.
func (f *failure) Error() string {
	return f.outcome.Error() + ": " + f.operation + ": " + reason(f.cause)
}

// Unwrap gives the outcome that the rules act on, and the cause.
func (f *failure) Unwrap() []error { return []error{f.outcome, f.cause} }

func reason(cause error) string {
	var api smithy.APIError
	var send *smithyhttp.RequestSendError
	switch {
	case errors.As(cause, &api):
		return api.ErrorCode()
	case errors.Is(cause, context.DeadlineExceeded):
		return "out of time"
	case errors.Is(cause, context.Canceled):
		return "cancelled"
	case errors.As(cause, &send):
		return "no connection"
	}
	return "an unusable answer or record"
}

// judge says what the error of a write means: a conflict, surely not applied
// (ErrStore), or unknown. Whatever is not surely one of the first two is
// unknown.
func judge(operation string, err error) error {
	if conflict := conflictIn(err); conflict != nil {
		return conflict
	}
	outcome := twofactor.ErrUnknownOutcome
	if surelyNotApplied(err) {
		outcome = twofactor.ErrStore
	}
	return failed(operation, outcome, err)
}

func conflictIn(err error) *twofactor.ConflictError {
	var lost *types.ConditionalCheckFailedException
	if errors.As(err, &lost) {
		return &twofactor.ConflictError{Current: current(lost.Item)}
	}
	var busy *types.TransactionConflictException
	if errors.As(err, &busy) {
		return &twofactor.ConflictError{Transient: true}
	}
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return cancelledBy(cancelled.CancellationReasons)
	}
	return nil
}

// cancelledBy finds the conflict among the reasons of a transaction: a version
// that was moved counts more than one that is just being moved.
func cancelledBy(reasons []types.CancellationReason) *twofactor.ConflictError {
	var busy *twofactor.ConflictError
	for _, r := range reasons {
		if r.Code == nil {
			continue
		}
		switch *r.Code {
		case "ConditionalCheckFailed":
			return &twofactor.ConflictError{Current: current(r.Item)}
		case "TransactionConflict":
			busy = &twofactor.ConflictError{Transient: true}
		}
	}
	return busy
}

// current is the record that stood in the way, or nil where there was none or
// it cannot be read: then the rules load it.
func current(old item) twofactor.Record {
	if len(old) == 0 {
		return nil
	}
	record, _, err := decode(old)
	if err != nil {
		return nil
	}
	return record
}

// surelyNotApplied tells errors that prove that nothing was written.
func surelyNotApplied(err error) bool {
	// A token that is known with other contents was seen before, and what was
	// sent with it may be applied.
	var mismatch *types.IdempotentParameterMismatchException
	var inProgress *types.TransactionInProgressException
	if errors.As(err, &mismatch) || errors.As(err, &inProgress) {
		return false
	}
	var network *net.OpError
	if errors.As(err, &network) && network.Op == "dial" {
		return true
	}
	var answer *smithyhttp.ResponseError
	var api smithy.APIError
	if !errors.As(err, &answer) || !errors.As(err, &api) {
		return false
	}
	status := answer.HTTPStatusCode()
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}
