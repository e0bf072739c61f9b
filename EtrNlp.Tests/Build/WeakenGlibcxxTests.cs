using System.Buffers.Binary;
using build;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Build;

/// <summary>The edit of TorchSharp's Linux library, on the very library that the build has made.</summary>
public sealed class WeakenGlibcxxTests
{
    const string Version = "GLIBCXX_3.4.32";

    // The System V ELF hash of "GLIBCXX_3.4.32", as the gABI defines it: it begins the entry, and the flags follow.
    static readonly byte[] Hash = [0x42, 0xf8, 0x97, 0x02];

    TemporaryFolder _folder = null!;
    byte[] _strong = null!; // the library as the package has it: the flag is not set

    string Source => _folder.File("source.so");
    string Target => _folder.File("target.so");

    [SetUp]
    public void Take_the_flag_away_again()
    {
        var shim = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (!File.Exists(shim))
        {
            Assert.Ignore("Only the Linux build has this library.");
        }

        _folder = new TemporaryFolder();
        _strong = File.ReadAllBytes(shim);
        _strong[FlagPosition(_strong)] = 0;
        File.WriteAllBytes(Source, _strong);
    }

    [TearDown]
    public void Remove_the_folder() => _folder?.Dispose();

    [Test]
    public void The_build_has_weakened_the_library_it_ships()
    {
        var shipped = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));

        Assert.That(shipped[FlagPosition(shipped)], Is.EqualTo(2)); // VER_FLG_WEAK
    }

    [Test]
    public void Only_the_flag_of_that_version_changes()
    {
        ElfVersionNeed.Weaken(Source, Target, Version);

        var weak = File.ReadAllBytes(Target);
        Assert.That(
            Enumerable.Range(0, _strong.Length).Where(i => weak[i] != _strong[i]),
            Is.EqualTo(new[] { FlagPosition(_strong) })
        );
        Assert.That(weak, Has.Length.EqualTo(_strong.Length));
        Assert.That(File.ReadAllBytes(Source), Is.EqualTo(_strong));
    }

    [Test]
    public void A_second_time_changes_nothing()
    {
        ElfVersionNeed.Weaken(Source, Target, Version);
        var once = File.ReadAllBytes(Target);

        ElfVersionNeed.Weaken(Target, Target, Version);

        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(once));
    }

    [Test]
    public void A_file_that_shares_its_bytes_with_the_target_keeps_them()
    {
        var link = _folder.File("cache.so");
        File.WriteAllBytes(link, _strong);
        HardLink.Create(existing: link, created: Target);

        ElfVersionNeed.Weaken(Source, Target, Version);

        Assert.That(File.ReadAllBytes(link), Is.EqualTo(_strong));
        Assert.That(File.ReadAllBytes(Target), Is.Not.EqualTo(_strong));
    }

    [Test]
    public void A_version_that_is_not_wanted_leaves_the_file_as_it_is()
    {
        ElfVersionNeed.Weaken(Source, Target, "GLIBCXX_9.9.9");

        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(_strong));
    }

    [Test]
    public void A_symbol_that_is_called_is_named_and_nothing_is_written()
    {
        RelocateTo(symbol: 482);

        var error = Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(Source, Target, Version));

        Assert.That(error.Message, Does.Contain("_ZSt21ios_base_library_initv of GLIBCXX_3.4.32").And.Contain(Source));
        Assert.That(File.Exists(Target), Is.False);
    }

    [Test]
    public void A_file_of_another_kind_is_named()
    {
        File.WriteAllText(
            Source,
            "MZ: a Windows library is no business of this edit, however long it is, and this one is long enough."
        );

        var error = Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(Source, Target, Version));

        Assert.That(error.Message, Does.StartWith($"{Source} is not a 64-bit little-endian ELF library"));
    }

    [Test]
    public void A_torn_file_is_named()
    {
        File.WriteAllBytes(Source, _strong[..100_000]);

        var error = Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(Source, Target, Version));

        Assert.That(error.Message, Does.StartWith($"{Source} ends in the middle"));
    }

    static int FlagPosition(byte[] file) => file.AsSpan().IndexOf(Hash) + 4;

    /// <summary>
    /// Points the first entry of .rela.plt, which readelf -S of TorchSharp 0.107.0 places at 0x48aa0, to a symbol of
    /// readelf --dyn-syms.
    /// </summary>
    void RelocateTo(uint symbol)
    {
        const int RelaPlt = 0x48aa0;
        var info = _strong.AsSpan(RelaPlt + 8, 8); // r_info: type below, symbol above
        Assume.That(
            BinaryPrimitives.ReadUInt32LittleEndian(info),
            Is.EqualTo(7),
            "R_X86_64_JUMP_SLOT: the layout of 0.107.0"
        );
        BinaryPrimitives.WriteUInt32LittleEndian(info[4..], symbol);
        File.WriteAllBytes(Source, _strong);
    }
}
