"""The portal's own words in Indonesian."""

from __future__ import annotations

from functions.publish.wording import Counted, Wording

INDONESIAN = Wording(
    language="id",
    skip_link="Langsung ke isi",
    sections="Rubrik",
    home="Beranda",
    latest="Terbaru",
    top_stories="Berita utama",
    no_articles="Belum ada artikel di halaman ini.",
    category_lead="Kabar terbaru rubrik {category}, dari sumber-sumber tepercaya.",
    source_lead="Artikel terbaru milik {owner} yang dimuat {portal}.",
    visit_source="Kunjungi situs {owner}",
    about="Tentang kami",
    feed="Umpan RSS",
    byline="Oleh {authors}",
    updated="Diperbarui",
    elsewhere="baca di situs penerbit",
    read_more="Baca selengkapnya di {owner}",
    read_original="Baca artikel aslinya di {owner}",
    read_copy="Baca di {carrier}, yang memuat ulang artikel {owner}",
    credit_title="Sumber artikel",
    notice=(
        "Artikel ini berasal dari dan merupakan milik {owner}. {portal} menghimpun artikel dari"
        " sumber-sumber tepercaya di satu tempat. Isi artikel menjadi tanggung jawab sumbernya."
    ),
    shown={
        "full": "{portal} tidak mengubah apa pun di dalamnya.",
        "excerpt": "{portal} hanya menampilkan kutipannya.",
        "link": "{portal} hanya menampilkan judul dan tautannya.",
    },
    follow="Ikuti {portal} di Google News",
    licence="Lisensi: {licence}",
    gone_title="Artikel ini tidak lagi tersedia",
    gone_text="Artikel ini telah ditarik dan tidak lagi dimuat di {portal}.",
    taken_down_text="{portal} telah menghapus artikel ini dan tidak lagi memuatnya.",
    retired_title="Artikel ini tidak lagi disimpan di sini",
    retired_text=(
        "Artikel ini milik {owner}. {portal} hanya menyimpan artikel untuk jangka waktu tertentu; "
        "artikel aslinya tetap dapat dibaca di situs penerbitnya."
    ),
    moved_text="Artikel ini tidak dimuat di {portal}, tetapi dapat dibaca di situs penerbitnya.",
    missing_title="Halaman tidak ditemukan",
    missing_text="Alamat ini tidak ada, atau halamannya sudah tidak dimuat.",
    back_home="Kembali ke beranda",
    footer="{portal} menghimpun artikel dari sumber-sumber tepercaya. Setiap artikel adalah milik sumbernya.",
    about_lead=(
        "{portal} menghimpun artikel dari sumber-sumber tepercaya di satu tempat. Setiap artikel dimuat"
        " tanpa diubah, lengkap dengan nama pemilik dan tautan ke artikel aslinya."
    ),
    sources_title="Sumber kami",
    sources_lead="Beginilah artikel setiap sumber ditampilkan.",
    source_column="Sumber",
    display_column="Tampilan",
    images_column="Gambar",
    index_column="Mesin pencari",
    licence_column="Lisensi",
    displays={"full": "Artikel utuh", "excerpt": "Kutipan dan tautan", "link": "Judul dan tautan"},
    images={"none": "Tanpa gambar", "remote": "Dari server penerbit", "copy": "Salinan di server kami"},
    indexings={
        "index": "Boleh diindeks",
        "noindex": "Tidak diindeks",
        "noindex-news": "Tidak untuk Google News",
    },
    full_text_hours=Counted("Utuh selama {count} jam, lalu kutipan"),
    paused="Sedang tidak dimuat",
    credit_promise_title="Janji kami kepada penerbit",
    credit_promise=(
        "Teks artikel dimuat tanpa diubah atau tidak dimuat sama sekali. Nama pemilik, tautan ke artikel"
        " asli, dan pernyataan kepemilikan tampil di setiap halaman dan di dalam setiap umpan. Koreksi dan"
        " penarikan oleh penerbit kami ikuti."
    ),
    publishers_title="Untuk penerbit",
    publishers_lead="Tidak ingin artikel Anda dimuat di {portal}? Salah satu cara ini sudah cukup:",
    opt_out_contact=(
        "Hubungi kami di {contact}. Artikel Anda akan dikeluarkan dari halaman, umpan, dan peta situs."
    ),
    opt_out_robots="Tolak robot kami di berkas robots.txt situs Anda:",
    robots_note="Robot kami memperkenalkan diri sebagai {agent} dan mematuhi robots.txt dengan nama {token}.",
    contact_title="Kontak",
    # Feeds and channels of a language
    atom_feed="Umpan Atom",
    language_title="Berita berbahasa {language}",
    language_lead="Artikel berbahasa {language} terbaru dari sumber-sumber tepercaya.",
    rights="Milik {owner}.",
    opml="Umpan semua sumber kami sebagai berkas OPML",
    # Archives
    archive="Arsip",
    archive_lead="Semua artikel yang pernah dimuat {portal}, menurut bulan.",
    day_title="Arsip {day}",
    day_lead="Artikel {channel}, {day}.",
    older="Artikel lebih lama",
    newer="Artikel lebih baru",
    calendar="Kalender {month}",
    all_months="Semua bulan",
    # Search page
    search="Cari",
    search_lead="Cari di semua artikel yang dimuat {portal} menurut judul dan kalimat awalnya.",
    search_label="Apa yang Anda cari?",
    search_category="Rubrik",
    search_any="Semua",
    search_none="Tidak ada yang ditemukan",
    search_one="1 artikel ditemukan",
    search_many="{count} artikel ditemukan",
    search_reach="di antara {articles} artikel sejak {day}.",
    search_loading="Mencari…",
    search_failed="Data pencarian tidak dapat dimuat. Periksa sambungan internet Anda.",
    search_again="Coba lagi",
    search_more="Tampilkan lebih banyak",
    search_older="Cari di artikel yang lebih lama",
    search_without_script=(
        "Pencarian memerlukan JavaScript, yang tidak aktif di peramban ini. Anda dapat menelusuri semua"
        " artikel menurut hari:"
    ),
    # Reading: the theme, moments a short while ago, sharing
    themes={
        "system": "Tampilan: mengikuti perangkat",
        "light": "Tampilan: terang",
        "dark": "Tampilan: gelap",
    },
    just_now="baru saja",
    minutes_ago=Counted("{count} menit lalu"),
    hours_ago=Counted("{count} jam lalu"),
    share="Bagikan",
    share_mail="Surel",
    share_copy="Salin tautan",
    share_copied="Tautan disalin",
    share_elsewhere="Lainnya",
    # An article's credit
    publisher="Penerbit",
    original="Artikel asli",
    first_published="Pertama kali terbit",
    unaltered="Teks ini tidak diubah: cara memeriksanya",
    unaltered_text="Inilah sidik jari digital (SHA-256) teks sebagaimana diambil dari {owner}:",
    unaltered_check=(
        "Siapa pun dapat memeriksanya: hitung SHA-256 dari nilai “text” (UTF-8) dalam {data}. Hasilnya sama"
        " dengan sidik jari di atas selama teksnya tidak berubah satu huruf pun. “provenance” di berkas yang"
        " sama mencatat kapan dan dari mana teks itu diambil."
    ),
    article_data="data artikel ini",
    # What follows an article
    onward="Baca lagi",
    more_of_category="Kabar {category} lainnya",
    more_of_source="Artikel lain dari {owner}",
    more_of_all="Kabar terbaru dari semua sumber",
    # Corrections, on an article and on their own page
    corrections="Koreksi",
    corrections_lead=(
        "Penerbit kadang mengoreksi atau menarik artikelnya, dan {portal} mengikutinya. Inilah yang berubah"
        " dalam {days} hari terakhir, kapan, dan oleh siapa; paling banyak {most} artikel."
    ),
    corrected_by="Dikoreksi oleh {owner}: {fields}",
    corrected_somehow="Dikoreksi oleh {owner}.",
    withdrawn_by="Sebuah artikel telah ditarik oleh {owner}.",
    no_corrections="Tidak ada koreksi dalam {days} hari terakhir.",
    all_corrections="Semua koreksi",
    corrected={
        "title": "judul",
        "text": "isi",
        "authors": "penulis",
        "published": "waktu terbit",
        "image": "gambar",
    },
    words_added=Counted("{count} kata ditambahkan"),
    words_removed=Counted("{count} kata dihapus"),
    # About: when a source was last carried
    carried_column="Terakhir dimuat",
    never_carried="Belum pernah",
    # About: how a source's feeds do
    health_column="Umpan",
    health={
        "delivering": "Aktif, artikel terbaru {day}",
        "silent": "Dapat dibaca, tetapi tidak ada yang baru sejak {day}",
        "paused": "Dijeda karena servernya meminta kami menunggu (HTTP {status}); terakhir menjawab {day}",
        "failing": "Tidak dapat dibaca sejak {day}: {cause}",
        "gone": "Dihentikan {day}: penerbit telah menutupnya untuk seterusnya (HTTP 410)",
    },
    health_undated={
        "delivering": "Aktif",
        "silent": "Dapat dibaca, tetapi sudah lama tidak ada yang baru",
        "paused": "Dijeda karena servernya meminta kami menunggu (HTTP {status})",
        "failing": "Belum pernah dapat dibaca: {cause}",
        "gone": "Dihentikan: penerbit telah menutupnya untuk seterusnya (HTTP 410)",
        "unread": "Belum dibaca",
    },
    health_causes={
        "missing": "tidak ada apa-apa di alamatnya (HTTP {status})",
        "refused": "servernya menolak akses kami (HTTP {status})",
        "server_error": "servernya melaporkan kesalahan (HTTP {status})",
        "http": "servernya menjawab HTTP {status}",
        "timed_out": "servernya terlalu lama menjawab",
        "unreachable": "servernya tidak dapat dihubungi",
        "insecure": "servernya tidak menyediakan sambungan aman",
        "redirected": "alamatnya terlalu banyak dialihkan",
        "too_large": "ukurannya terlalu besar",
        "not_a_feed": "isi alamatnya bukan umpan",
        "unreadable": "isi alamatnya tidak dapat dibaca",
        "ours": "kesalahan di pihak kami",
    },
    health_partly="{delivering} dari {feeds} umpan aktif",
    health_newest=", artikel terbaru {day}",
    health_each="Tiap umpan",
)
