package httpapi

import (
	"errors"
	"testing"

	"sallyport/shared/twofactor"
)

func TestAParameterThatACallDoesNotKnowIsNamedUnlessItMayBeAValue(t *testing.T) {
	for query, want := range map[string]string{
		"limt=5": "/query/limt", "limit=5&zone=1&after=2": "/query/after", "limit=1&limit=2": "/query/limit",
		"123456=": "/query", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln": "/query", "jane%40example.com=1": "/query", "%zz": "/query",
	} {
		_, err := queryOf(query, listParameters)
		var refused *twofactor.Error
		if !errors.As(err, &refused) || refused.Code != twofactor.CodeMalformed || len(refused.Fields) != 1 || refused.Fields[0].Pointer != want {
			t.Errorf("%q was refused with %v, want one that points to %s", query, err, want)
		}
	}
}
