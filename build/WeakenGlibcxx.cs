using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using build;

// An inline task is compiled from one file and for .NET Standard 2.0: hence no spans, and two classes here.
#nullable enable

namespace build;

#if !ETRNLP_TESTS
/// <summary>
/// Writes a copy of TorchSharp's Linux library that also loads where libstdc++ is older than the one it was linked
/// with.
/// </summary>
public sealed class WeakenGlibcxx : Microsoft.Build.Utilities.Task
{
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; } = "";

    [Microsoft.Build.Framework.Required]
    public string Target { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            ElfVersionNeed.Weaken(Source, Target, "GLIBCXX_3.4.32");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Log.LogError(e.Message);
        }

        return !Log.HasLoggedErrors;
    }
}
#endif

/// <summary>
/// The versions of other libraries' symbols that a 64-bit little-endian ELF file asks for (section .gnu.version_r).
/// </summary>
public sealed class ElfVersionNeed
{
    const int WeakFlag = 2; // VER_FLG_WEAK: the loader goes on when the version is missing
    const uint SymbolTable = 11, VersionNeeds = 0x6ffffffe, SymbolVersions = 0x6fffffff;
    static readonly uint[] RelocationTables = { 4, 9 }; // SHT_RELA, SHT_REL

    readonly string _path;
    readonly byte[] _file;
    readonly List<Section> _sections;

    ElfVersionNeed(string path, byte[] file)
    {
        if (file.Length < 64 || U32(file, 0) != 0x464c457f || file[4] != 2 || file[5] != 1)
        {
            throw new InvalidDataException($"{path} is not a 64-bit little-endian ELF library: "
                + "restore TorchSharp's package again.");
        }

        (_path, _file) = (path, file);
        var (count, start, size) = (U16(file, 0x3c), (int)U64(file, 0x28), U16(file, 0x3a));
        _sections = Enumerable.Range(0, count).Select(i => new Section(file, start + i * size)).ToList();
    }

    /// <summary>
    /// Copies a library to a new file in which one version is wanted only weakly; a file that does not want it is
    /// copied as it is.
    /// </summary>
    public static void Weaken(string source, string target, string version)
    {
        var file = File.ReadAllBytes(source);
        try
        {
            new ElfVersionNeed(source, file).Weaken(version);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{source} ends in the middle of an ELF table: "
                + "restore TorchSharp's package again.", e);
        }

        var temporary = target + ".new";
        File.WriteAllBytes(temporary, file);
        File.Delete(target); // never written in place: the old file may be a hard link to another
        File.Move(temporary, target);
    }

    void Weaken(string version)
    {
        foreach (var need in Needs(version))
        {
            if (UsedSymbol(index: U16(_file, need + 6)) is string symbol)
            {
                throw new InvalidDataException($"{_path} uses {symbol} of {version}, "
                    + "so it cannot run without that version: take another TorchSharp by -p:TorchSharpVersion=, "
                    + "or a system whose libstdc++ has it and remove build/WeakenGlibcxx.cs from the build.");
            }

            _file[need + 4] |= WeakFlag;
        }
    }

    /// <summary>Where the entries (Elf64_Vernaux) of this version begin.</summary>
    IEnumerable<int> Needs(string version)
    {
        foreach (var section in _sections.Where(s => s.Type == VersionNeeds))
        {
            var library = section.Offset;
            for (var i = 0; i < section.Info; i++)
            {
                var need = library + (int)U32(_file, library + 8);
                for (var k = 0; k < U16(_file, library + 2); k++)
                {
                    if (Text(section, U32(_file, need + 8)) == version)
                    {
                        yield return need;
                    }

                    need += (int)U32(_file, need + 12);
                }

                library += (int)U32(_file, library + 12);
            }
        }
    }

    /// <summary>A symbol of the version with this index that some relocation refers to, or null.</summary>
    string? UsedSymbol(int index)
    {
        var symbols = _sections.First(s => s.Type == SymbolTable);
        var versions = _sections.First(s => s.Type == SymbolVersions);
        var tables = _sections.Where(s => RelocationTables.Contains(s.Type));
        foreach (var symbol in tables.SelectMany(RelocatedSymbols).Distinct())
        {
            if ((U16(_file, versions.Offset + 2 * symbol) & 0x7fff) == index)
            {
                return Text(symbols, U32(_file, symbols.Offset + 24 * symbol));
            }
        }

        return null;
    }

    IEnumerable<int> RelocatedSymbols(Section table)
    {
        for (var entry = table.Offset; entry < table.Offset + table.Size; entry += table.EntrySize)
        {
            yield return (int)(U64(_file, entry + 8) >> 32);
        }
    }

    string Text(Section table, uint position)
    {
        var start = _sections[table.Link].Offset + (int)position;
        return Encoding.ASCII.GetString(_file, start, Array.IndexOf(_file, (byte)0, start) - start);
    }

    static ushort U16(byte[] file, int at) => BitConverter.ToUInt16(file, at);
    static uint U32(byte[] file, int at) => BitConverter.ToUInt32(file, at);
    static ulong U64(byte[] file, int at) => BitConverter.ToUInt64(file, at);

    sealed class Section
    {
        public Section(byte[] file, int header)
        {
            Type = U32(file, header + 4);
            Offset = (int)U64(file, header + 0x18);
            Size = (int)U64(file, header + 0x20);
            Link = (int)U32(file, header + 0x28);
            Info = (int)U32(file, header + 0x2c);
            EntrySize = (int)U64(file, header + 0x38);
        }

        public uint Type { get; }
        public int Offset { get; }
        public int Size { get; }
        public int Link { get; }
        public int Info { get; }
        public int EntrySize { get; }
    }
}
