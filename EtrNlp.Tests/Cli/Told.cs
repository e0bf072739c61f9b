using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What the user is told of a failure: one sentence and an exit code, and no stack trace.</summary>
static class Told
{
    public static void IsTold((int Code, string Output, string Error) answer, int code, params string[] expected)
    {
        Assert.That((answer.Code, answer.Output), Is.EqualTo((code, "")), answer.Error);
        Assert.That(
            expected.Where(part => !answer.Error.Contains(part, StringComparison.Ordinal)),
            Is.Empty,
            answer.Error
        );
        Assert.That(answer.Error.TrimEnd(), Does.Not.Contain("\n").And.Not.Contains(" at EtrNlp"));
    }
}
