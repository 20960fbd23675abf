package httpapi

import (
	"encoding/base64"
	"errors"
	"mime"
	"reflect"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-json-experiment/json"

	"sallyport/shared/twofactor"
)

// maxDepth is how deep objects and lists may be nested in a body.
const maxDepth = 32

// bodyOf returns the bytes that were sent, after the checks of size and media
// type. No bytes at all are the empty object.
func bodyOf(e events.APIGatewayV2HTTPRequest, h headers, limit int) ([]byte, error) {
	body, err := bytesOf(e, limit)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return []byte("{}"), nil
	}
	if !isJSON(h.get("content-type")) {
		return nil, &twofactor.Error{Code: twofactor.CodeUnsupportedMediaType, Detail: "Send the body as application/json in UTF-8."}
	}
	return body, nil
}

func bytesOf(e events.APIGatewayV2HTTPRequest, limit int) ([]byte, error) {
	length := len(e.Body)
	if e.IsBase64Encoded {
		length = base64.StdEncoding.DecodedLen(length) - 2
	}
	if length > limit {
		return nil, tooLarge()
	}
	if !e.IsBase64Encoded {
		return []byte(e.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(e.Body)
	if err != nil {
		return nil, malformed("", "The body is not what its encoding says.")
	}
	if len(body) > limit {
		return nil, tooLarge()
	}
	return body, nil
}

func tooLarge() error {
	return &twofactor.Error{Code: twofactor.CodeTooLarge, Detail: "The body is larger than this call takes."}
}

func isJSON(contentType string) bool {
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" {
		return false
	}
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// decode reads body as a T and nothing but a T. What is not exactly that is
// malformed (400); a member that is missing is invalid (422).
func decode[T any](body []byte) (T, error) {
	var value T
	if err := checkShape(body, reflect.TypeFor[T]()); err != nil {
		return value, err
	}
	err := json.Unmarshal(body, &value, json.RejectUnknownMembers(true))
	var semantic *json.SemanticError
	switch {
	case err == nil:
		return value, nil
	case errors.As(err, &semantic):
		return value, malformed(string(semantic.JSONPointer), "This has the wrong type.")
	}
	return value, malformed("", "This is not one JSON value.")
}
