"""
Amazon States Language, interpreted without a database, a clock or a network.

`load` turns a document into a Definition or says by name and place what is wrong with it;
`step` moves an execution on by one happening. Everything here is a pure function. The rules are
those of https://states-language.net and the Step Functions developer guide, JSONPath dialect.
"""
