using System.Text;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace EtrNlp.Tests.Configuration;

public sealed class YamlFuzzTests
{
    const string File =
        """
        # An experiment.
        base: &base {kind: scenes, count: 12, size: [48, 48]}
        name: first
        data: {<<: *base, root: "${HOME}/x"}
        columns: [smiling, 'young', "old\n", ~]
        training:
          epochs: 3
          <<: *base
          steps:
          - {at: 1, rate: 1e-3}
          - at: 2
            rate: !!str 5e-4
        note: |
          two
          lines
        ? gamma
        : >-
          0.5
        """;

    // Bytes that mean something to YAML come more often than chance would bring them.
    static readonly byte[] _special = Encoding.ASCII.GetBytes("[]{},:-?&*!|>'\"%@`#<~ \t\n\r\\0x");

    static Gen<byte> Bytes { get; } = Gen.OneOf(Gen.Elements(_special), Gen.Choose(0, 255).Select(value => (byte)value));

    static Gen<(int At, int Removed, byte[] Inserted)> Edits { get; } =
        from at in Gen.Choose(0, File.Length)
        from removed in Gen.Choose(0, 3)
        from inserted in Bytes.ArrayOf()
        select (at, removed, inserted[..Math.Min(inserted.Length, 4)]);

    [Test]
    public void A_damaged_file_is_a_value_or_a_complaint_and_never_a_crash()
    {
        var damaged = Edits.NonEmptyListOf().Select(edits => edits.Take(5).Aggregate(Encoding.UTF8.GetBytes(File), Damage));

        Properties.Hold(damaged, 2000, bytes => IsValueOrComplaint(Encoding.UTF8.GetString(bytes)));
    }

    // Found by damaging.
    [TestCase("rate: !![5e-4")]
    [TestCase("rate: !<:> 5e-4")]
    [TestCase("rate: !!%0A 5e-4")]
    public void So_is_what_once_was_a_crash_or_two_lines(string text) => Assert.That(IsValueOrComplaint(text), Is.True);

    [Test]
    public void A_file_cut_off_anywhere_is_a_value_or_a_complaint() =>
        Assert.That(Enumerable.Range(0, File.Length).All(length => IsValueOrComplaint(File[..length])), Is.True);

    static byte[] Damage(byte[] bytes, (int At, int Removed, byte[] Inserted) edit)
    {
        var at = Math.Min(edit.At, bytes.Length);
        return [.. bytes[..at], .. edit.Inserted, .. bytes[Math.Min(at + edit.Removed, bytes.Length)..]];
    }

    static bool IsValueOrComplaint(string text)
    {
        try
        {
            var node = YamlReader.ReadText(text, "f");
            return Identity.Of(node) == Identity.Of(YamlReader.ReadText(YamlWriter.Write(node), "g"));
        }
        catch (ConfigException e)
        {
            return e.Errors.All(error => error.Place.InFile && error.Place.Column > 0 && !error.Message.Contains('\n', StringComparison.Ordinal));
        }
    }
}
